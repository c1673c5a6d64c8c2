// Generated from schemas/ by `node packages/codec/src/generate/main.ts`; edits are lost.
import type {
  CardCharged,
  CardDeclined,
  CourierBooked,
  CourierCancelRequested,
  CourierCancelled,
  ParcelSent,
  PlaceReleaseRequested,
  PlaceReleased,
  PlaceReserved,
  RunStarted,
} from "./bench.ts";
import type {
  ChargeAccepted,
  ChargeRejected,
  ChargeRequested,
  ChargeReversalRequested,
  ChargeReversed,
  ExtensionRequested,
  InvoiceFailed,
  InvoiceRequested,
  InvoiceStatus,
  RenewalDue,
  SubscriptionExtended,
} from "./billing.ts";
import type {
  DeliveryStarted,
  ParcelHandOverRequested,
  ParcelHandedOver,
  ParcelRefused,
  ParcelReturnRequested,
  ParcelReturned,
} from "./delivery.ts";
import type {
  ExportApproved,
  ExportDenied,
  OrderCounted,
  PaymentAnswered,
  ShipmentRequested,
} from "./fulfilment.ts";
import type {
  StockRejected,
  StockReleaseRequested,
  StockReleased,
  StockReserved,
} from "./inventory.ts";
import type {
  CreditAssessed,
  CreditCheckFailed,
  CreditCheckRequested,
  CreditChecked,
  CreditRefused,
  FundsReleaseRequested,
  FundsReleased,
  FundsReservationRequested,
  FundsReserved,
  FundsUnavailable,
  LoanApproved,
  LoanPaidOut,
  LoanRejected,
  LoanRequested,
  PayoutRefused,
  PayoutRequested,
} from "./lending.ts";
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
  ChargeBounced,
  ChargeSettled,
} from "./provider.ts";
import type {
  ShipmentDispatched,
  ShipmentRecallRequested,
  ShipmentRecalled,
  ShipmentRefused,
} from "./shipping.ts";
import type {
  CarBooked,
  CarBookingRequested,
  CarCancellationRequested,
  CarCancelled,
  CarUnavailable,
  FlightBooked,
  FlightBookingRequested,
  FlightCancellationRequested,
  FlightCancelled,
  FlightUnavailable,
  HotelBooked,
  HotelBookingRequested,
  HotelCancellationRequested,
  HotelCancelled,
  HotelUnavailable,
  InsuranceRefused,
  InsuranceReleaseRequested,
  InsuranceReleased,
  InsuranceRequested,
  InsuranceReserved,
  LoungeRefused,
  LoungeReleaseRequested,
  LoungeReleased,
  LoungeRequested,
  LoungeReserved,
  SeatRefused,
  SeatReleaseRequested,
  SeatReleased,
  SeatRequested,
  SeatReserved,
  TripConfirmationRequested,
  TripConfirmed,
  TripRequested,
} from "./travel.ts";
import type {
  AliasClaimed,
  AliasRefused,
  AliasReleased,
  EventForwarded,
  SagaActRequested,
  SagaCancelRequested,
  SagaCompensated,
  SagaCompensating,
  SagaCompleted,
  SagaDeclined,
  SagaStarted,
  SagaStuck,
  SagaTaken,
  SagaUndoRequested,
  SagaUnstuck,
  StepDone,
  StepFailed,
  StepOpened,
  StepSkipped,
  StepTimedOut,
  StepUndoing,
  StepUndone,
  UnexpectedEvent,
} from "./troupe.ts";
import type {
  LoadStarted,
  WorkDone,
  WorkFailed,
  WorkRequested,
  WorkUndoRequested,
  WorkUndone,
} from "./work.ts";

export type {
  CardCharged,
  CardDeclined,
  CourierBooked,
  CourierCancelRequested,
  CourierCancelled,
  ParcelSent,
  PlaceReleaseRequested,
  PlaceReleased,
  PlaceReserved,
  RunStarted,
} from "./bench.ts";
/** With the nested types, whose names may stand in several contexts. */
export type * as bench from "./bench.ts";
export type {
  ChargeAccepted,
  ChargeRejected,
  ChargeRequested,
  ChargeReversalRequested,
  ChargeReversed,
  ExtensionRequested,
  InvoiceFailed,
  InvoiceRequested,
  InvoiceStatus,
  RenewalDue,
  SubscriptionExtended,
} from "./billing.ts";
/** With the nested types, whose names may stand in several contexts. */
export type * as billing from "./billing.ts";
export type {
  DeliveryStarted,
  ParcelHandOverRequested,
  ParcelHandedOver,
  ParcelRefused,
  ParcelReturnRequested,
  ParcelReturned,
} from "./delivery.ts";
/** With the nested types, whose names may stand in several contexts. */
export type * as delivery from "./delivery.ts";
export type {
  ExportApproved,
  ExportDenied,
  OrderCounted,
  PaymentAnswered,
  ShipmentRequested,
} from "./fulfilment.ts";
/** With the nested types, whose names may stand in several contexts. */
export type * as fulfilment from "./fulfilment.ts";
export type {
  StockRejected,
  StockReleaseRequested,
  StockReleased,
  StockReserved,
} from "./inventory.ts";
/** With the nested types, whose names may stand in several contexts. */
export type * as inventory from "./inventory.ts";
export type {
  CreditAssessed,
  CreditCheckFailed,
  CreditCheckRequested,
  CreditChecked,
  CreditRefused,
  FundsReleaseRequested,
  FundsReleased,
  FundsReservationRequested,
  FundsReserved,
  FundsUnavailable,
  LoanApproved,
  LoanPaidOut,
  LoanRejected,
  LoanRequested,
  PayoutRefused,
  PayoutRequested,
} from "./lending.ts";
/** With the nested types, whose names may stand in several contexts. */
export type * as lending from "./lending.ts";
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
  ChargeBounced,
  ChargeSettled,
} from "./provider.ts";
/** With the nested types, whose names may stand in several contexts. */
export type * as provider from "./provider.ts";
export type {
  ShipmentDispatched,
  ShipmentRecallRequested,
  ShipmentRecalled,
  ShipmentRefused,
} from "./shipping.ts";
/** With the nested types, whose names may stand in several contexts. */
export type * as shipping from "./shipping.ts";
export type {
  CarBooked,
  CarBookingRequested,
  CarCancellationRequested,
  CarCancelled,
  CarUnavailable,
  FlightBooked,
  FlightBookingRequested,
  FlightCancellationRequested,
  FlightCancelled,
  FlightUnavailable,
  HotelBooked,
  HotelBookingRequested,
  HotelCancellationRequested,
  HotelCancelled,
  HotelUnavailable,
  InsuranceRefused,
  InsuranceReleaseRequested,
  InsuranceReleased,
  InsuranceRequested,
  InsuranceReserved,
  LoungeRefused,
  LoungeReleaseRequested,
  LoungeReleased,
  LoungeRequested,
  LoungeReserved,
  SeatRefused,
  SeatReleaseRequested,
  SeatReleased,
  SeatRequested,
  SeatReserved,
  TripConfirmationRequested,
  TripConfirmed,
  TripRequested,
} from "./travel.ts";
/** With the nested types, whose names may stand in several contexts. */
export type * as travel from "./travel.ts";
export type {
  AliasClaimed,
  AliasRefused,
  AliasReleased,
  EventForwarded,
  SagaActRequested,
  SagaCancelRequested,
  SagaCompensated,
  SagaCompensating,
  SagaCompleted,
  SagaDeclined,
  SagaStarted,
  SagaStuck,
  SagaTaken,
  SagaUndoRequested,
  SagaUnstuck,
  StepDone,
  StepFailed,
  StepOpened,
  StepSkipped,
  StepTimedOut,
  StepUndoing,
  StepUndone,
  UnexpectedEvent,
} from "./troupe.ts";
/** With the nested types, whose names may stand in several contexts. */
export type * as troupe from "./troupe.ts";
export type {
  LoadStarted,
  WorkDone,
  WorkFailed,
  WorkRequested,
  WorkUndoRequested,
  WorkUndone,
} from "./work.ts";
/** With the nested types, whose names may stand in several contexts. */
export type * as work from "./work.ts";

/** Event name to payload. */
export type EventPayloads = {
  readonly CardCharged: CardCharged;
  readonly CardDeclined: CardDeclined;
  readonly CourierBooked: CourierBooked;
  readonly CourierCancelRequested: CourierCancelRequested;
  readonly CourierCancelled: CourierCancelled;
  readonly ParcelSent: ParcelSent;
  readonly PlaceReleaseRequested: PlaceReleaseRequested;
  readonly PlaceReleased: PlaceReleased;
  readonly PlaceReserved: PlaceReserved;
  readonly RunStarted: RunStarted;
  readonly ChargeAccepted: ChargeAccepted;
  readonly ChargeRejected: ChargeRejected;
  readonly ChargeRequested: ChargeRequested;
  readonly ChargeReversalRequested: ChargeReversalRequested;
  readonly ChargeReversed: ChargeReversed;
  readonly ExtensionRequested: ExtensionRequested;
  readonly InvoiceFailed: InvoiceFailed;
  readonly InvoiceRequested: InvoiceRequested;
  readonly InvoiceStatus: InvoiceStatus;
  readonly RenewalDue: RenewalDue;
  readonly SubscriptionExtended: SubscriptionExtended;
  readonly DeliveryStarted: DeliveryStarted;
  readonly ParcelHandOverRequested: ParcelHandOverRequested;
  readonly ParcelHandedOver: ParcelHandedOver;
  readonly ParcelRefused: ParcelRefused;
  readonly ParcelReturnRequested: ParcelReturnRequested;
  readonly ParcelReturned: ParcelReturned;
  readonly ExportApproved: ExportApproved;
  readonly ExportDenied: ExportDenied;
  readonly OrderCounted: OrderCounted;
  readonly PaymentAnswered: PaymentAnswered;
  readonly ShipmentRequested: ShipmentRequested;
  readonly StockRejected: StockRejected;
  readonly StockReleaseRequested: StockReleaseRequested;
  readonly StockReleased: StockReleased;
  readonly StockReserved: StockReserved;
  readonly CreditAssessed: CreditAssessed;
  readonly CreditCheckFailed: CreditCheckFailed;
  readonly CreditCheckRequested: CreditCheckRequested;
  readonly CreditChecked: CreditChecked;
  readonly CreditRefused: CreditRefused;
  readonly FundsReleaseRequested: FundsReleaseRequested;
  readonly FundsReleased: FundsReleased;
  readonly FundsReservationRequested: FundsReservationRequested;
  readonly FundsReserved: FundsReserved;
  readonly FundsUnavailable: FundsUnavailable;
  readonly LoanApproved: LoanApproved;
  readonly LoanPaidOut: LoanPaidOut;
  readonly LoanRejected: LoanRejected;
  readonly LoanRequested: LoanRequested;
  readonly PayoutRefused: PayoutRefused;
  readonly PayoutRequested: PayoutRequested;
  readonly OrderConfirmationRequested: OrderConfirmationRequested;
  readonly OrderConfirmed: OrderConfirmed;
  readonly OrderPlaced: OrderPlaced;
  readonly PaymentCaptured: PaymentCaptured;
  readonly PaymentDeclined: PaymentDeclined;
  readonly PaymentRefunded: PaymentRefunded;
  readonly RefundRequested: RefundRequested;
  readonly ChargeBounced: ChargeBounced;
  readonly ChargeSettled: ChargeSettled;
  readonly ShipmentDispatched: ShipmentDispatched;
  readonly ShipmentRecallRequested: ShipmentRecallRequested;
  readonly ShipmentRecalled: ShipmentRecalled;
  readonly ShipmentRefused: ShipmentRefused;
  readonly CarBooked: CarBooked;
  readonly CarBookingRequested: CarBookingRequested;
  readonly CarCancellationRequested: CarCancellationRequested;
  readonly CarCancelled: CarCancelled;
  readonly CarUnavailable: CarUnavailable;
  readonly FlightBooked: FlightBooked;
  readonly FlightBookingRequested: FlightBookingRequested;
  readonly FlightCancellationRequested: FlightCancellationRequested;
  readonly FlightCancelled: FlightCancelled;
  readonly FlightUnavailable: FlightUnavailable;
  readonly HotelBooked: HotelBooked;
  readonly HotelBookingRequested: HotelBookingRequested;
  readonly HotelCancellationRequested: HotelCancellationRequested;
  readonly HotelCancelled: HotelCancelled;
  readonly HotelUnavailable: HotelUnavailable;
  readonly InsuranceRefused: InsuranceRefused;
  readonly InsuranceReleaseRequested: InsuranceReleaseRequested;
  readonly InsuranceReleased: InsuranceReleased;
  readonly InsuranceRequested: InsuranceRequested;
  readonly InsuranceReserved: InsuranceReserved;
  readonly LoungeRefused: LoungeRefused;
  readonly LoungeReleaseRequested: LoungeReleaseRequested;
  readonly LoungeReleased: LoungeReleased;
  readonly LoungeRequested: LoungeRequested;
  readonly LoungeReserved: LoungeReserved;
  readonly SeatRefused: SeatRefused;
  readonly SeatReleaseRequested: SeatReleaseRequested;
  readonly SeatReleased: SeatReleased;
  readonly SeatRequested: SeatRequested;
  readonly SeatReserved: SeatReserved;
  readonly TripConfirmationRequested: TripConfirmationRequested;
  readonly TripConfirmed: TripConfirmed;
  readonly TripRequested: TripRequested;
  readonly AliasClaimed: AliasClaimed;
  readonly AliasRefused: AliasRefused;
  readonly AliasReleased: AliasReleased;
  readonly EventForwarded: EventForwarded;
  readonly SagaActRequested: SagaActRequested;
  readonly SagaCancelRequested: SagaCancelRequested;
  readonly SagaCompensated: SagaCompensated;
  readonly SagaCompensating: SagaCompensating;
  readonly SagaCompleted: SagaCompleted;
  readonly SagaDeclined: SagaDeclined;
  readonly SagaStarted: SagaStarted;
  readonly SagaStuck: SagaStuck;
  readonly SagaTaken: SagaTaken;
  readonly SagaUndoRequested: SagaUndoRequested;
  readonly SagaUnstuck: SagaUnstuck;
  readonly StepDone: StepDone;
  readonly StepFailed: StepFailed;
  readonly StepOpened: StepOpened;
  readonly StepSkipped: StepSkipped;
  readonly StepTimedOut: StepTimedOut;
  readonly StepUndoing: StepUndoing;
  readonly StepUndone: StepUndone;
  readonly UnexpectedEvent: UnexpectedEvent;
  readonly LoadStarted: LoadStarted;
  readonly WorkDone: WorkDone;
  readonly WorkFailed: WorkFailed;
  readonly WorkRequested: WorkRequested;
  readonly WorkUndoRequested: WorkUndoRequested;
  readonly WorkUndone: WorkUndone;
};
export type EventName = keyof EventPayloads;
