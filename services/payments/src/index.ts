export type { Charge } from "./domain/charge.ts";
export { type CardRule, cardRule, LATE_NOTICE_MILLIS, TEST_CARDS } from "./domain/test-cards.ts";
export type { PaymentsEvents } from "./events.ts";
export { type CaptureRequest, type CardNetwork, simulatedCardNetwork } from "./handlers/card-network.ts";
export { payments, paymentsOn } from "./service.ts";
