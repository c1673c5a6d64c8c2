// Generated from schemas/ by `node packages/codec/src/generate/main.ts`; edits are lost.
import type {
  StockRejected,
  StockReleaseRequested,
  StockReleased,
  StockReserved,
} from "./inventory.ts";
import type {
  OrderConfirmationRequested,
  OrderConfirmed,
  OrderPlaced,
} from "./orders.ts";
import type {
  PaymentCaptured,
  PaymentDeclined,
  PaymentRefunded,
  RefundRequested,
} from "./payments.ts";
import type {
  ShipmentDispatched,
  ShipmentRecallRequested,
  ShipmentRecalled,
  ShipmentRefused,
} from "./shipping.ts";
import type {
  SagaCompensated,
  SagaCompensating,
  SagaCompleted,
  SagaStarted,
  SagaStuck,
  SagaUnstuck,
  StepDone,
  StepFailed,
  StepOpened,
  StepTimedOut,
  StepUndoing,
  StepUndone,
  UnexpectedEvent,
} from "./troupe.ts";

export type {
  StockRejected,
  StockReleaseRequested,
  StockReleased,
  StockReserved,
} from "./inventory.ts";
/** With the nested types, whose names may stand in several contexts. */
export type * as inventory from "./inventory.ts";
export type {
  OrderConfirmationRequested,
  OrderConfirmed,
  OrderPlaced,
} from "./orders.ts";
/** With the nested types, whose names may stand in several contexts. */
export type * as orders from "./orders.ts";
export type {
  PaymentCaptured,
  PaymentDeclined,
  PaymentRefunded,
  RefundRequested,
} from "./payments.ts";
/** With the nested types, whose names may stand in several contexts. */
export type * as payments from "./payments.ts";
export type {
  ShipmentDispatched,
  ShipmentRecallRequested,
  ShipmentRecalled,
  ShipmentRefused,
} from "./shipping.ts";
/** With the nested types, whose names may stand in several contexts. */
export type * as shipping from "./shipping.ts";
export type {
  SagaCompensated,
  SagaCompensating,
  SagaCompleted,
  SagaStarted,
  SagaStuck,
  SagaUnstuck,
  StepDone,
  StepFailed,
  StepOpened,
  StepTimedOut,
  StepUndoing,
  StepUndone,
  UnexpectedEvent,
} from "./troupe.ts";
/** With the nested types, whose names may stand in several contexts. */
export type * as troupe from "./troupe.ts";

/** Event name to payload. */
export type EventPayloads = {
  readonly StockRejected: StockRejected;
  readonly StockReleaseRequested: StockReleaseRequested;
  readonly StockReleased: StockReleased;
  readonly StockReserved: StockReserved;
  readonly OrderConfirmationRequested: OrderConfirmationRequested;
  readonly OrderConfirmed: OrderConfirmed;
  readonly OrderPlaced: OrderPlaced;
  readonly PaymentCaptured: PaymentCaptured;
  readonly PaymentDeclined: PaymentDeclined;
  readonly PaymentRefunded: PaymentRefunded;
  readonly RefundRequested: RefundRequested;
  readonly ShipmentDispatched: ShipmentDispatched;
  readonly ShipmentRecallRequested: ShipmentRecallRequested;
  readonly ShipmentRecalled: ShipmentRecalled;
  readonly ShipmentRefused: ShipmentRefused;
  readonly SagaCompensated: SagaCompensated;
  readonly SagaCompensating: SagaCompensating;
  readonly SagaCompleted: SagaCompleted;
  readonly SagaStarted: SagaStarted;
  readonly SagaStuck: SagaStuck;
  readonly SagaUnstuck: SagaUnstuck;
  readonly StepDone: StepDone;
  readonly StepFailed: StepFailed;
  readonly StepOpened: StepOpened;
  readonly StepTimedOut: StepTimedOut;
  readonly StepUndoing: StepUndoing;
  readonly StepUndone: StepUndone;
  readonly UnexpectedEvent: UnexpectedEvent;
};
export type EventName = keyof EventPayloads;
