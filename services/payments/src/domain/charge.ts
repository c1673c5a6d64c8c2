import { addDecimals, type Decimal, decimal, type TimestampMillis, type Uuid } from "@troupe/kernel";
import type { EventPayloads } from "@troupe/schemas";

type Currency = EventPayloads["PaymentCaptured"]["currency"];

/**
 * What payments knows of one order.
 *
 * Two events make a charge possible, OrderPlaced (what and from which card) and StockReserved (now), and they come over
 * two topics in any order. So both are remembered here, and whichever comes second starts the charge: nothing waits,
 * nothing is tried again for having come early.
 */
export type Charge = {
  /** What to charge. The card is forgotten once the network has answered or nothing will be asked of it any more. */
  readonly order: { readonly amount: Decimal; readonly currency: Currency; readonly card: string | null } | null;
  readonly stockReserved: boolean;
  readonly payment: { readonly paymentId: Uuid; readonly amount: Decimal } | null;
  readonly declined: boolean;
  readonly refund: { readonly paymentId: Uuid | null; readonly amount: Decimal; readonly refundedAt: TimestampMillis } | null;
  /** Money taken and given back, for the auditor: over a compensated order both are equal. */
  readonly books: { readonly captured: Decimal; readonly refunded: Decimal };
};

const NOTHING: Decimal = decimal("0", 2);

export const nothingCharged: Charge = {
  order: null,
  stockReserved: false,
  payment: null,
  declined: false,
  refund: null,
  books: { captured: NOTHING, refunded: NOTHING },
};

export type Chargeable = { readonly amount: Decimal; readonly currency: Currency; readonly card: string };

/** What the network is to be asked for; undefined while something is missing, and once all is settled: then there is no card any more. */
export function chargeable({ order, stockReserved }: Charge): Chargeable | undefined {
  if (order === null || order.card === null || !stockReserved) return undefined;
  return { amount: order.amount, currency: order.currency, card: order.card };
}

/**
 * What a refund gives back: the money that was really captured, whatever was asked for; 0.00 and no payment when nothing was.
 * Asked again it repeats its first answer, unless that gave nothing and money was captured since: then that goes back.
 */
export function refundOf({ payment, refund }: Charge, now: TimestampMillis): NonNullable<Charge["refund"]> {
  if (refund !== null && (refund.paymentId !== null || payment === null)) return refund;
  return { paymentId: payment?.paymentId ?? null, amount: payment?.amount ?? NOTHING, refundedAt: now };
}

/** The first order under an id is the one that counts. Keeps the card only while a charge may still come. */
export function withOrder(state: Charge, { total, currency, card }: EventPayloads["OrderPlaced"]): Charge {
  if (state.order !== null) return state;
  const settled = state.payment !== null || state.declined || state.refund !== null;
  return { ...state, order: { amount: total, currency, card: settled ? null : card } };
}

export function withStock(state: Charge): Charge {
  return { ...state, stockReserved: true };
}

/** Counts a payment once by its id, however often it is told; another id counts too, because books that hide a second charge would be worthless. */
export function withCaptured(state: Charge, { paymentId, amount }: EventPayloads["PaymentCaptured"]): Charge {
  if (state.payment?.paymentId === paymentId) return state;
  const books = { ...state.books, captured: addDecimals(state.books.captured, amount) };
  return { ...state, order: withoutCard(state.order), payment: { paymentId, amount }, books };
}

export function withDeclined(state: Charge): Charge {
  return { ...state, order: withoutCard(state.order), declined: true };
}

/** Counts a refund once by its payment; one that repeats an earlier answer, or found nothing to give back, counts nothing. */
export function withRefunded(state: Charge, { paymentId, amount, refundedAt }: EventPayloads["PaymentRefunded"]): Charge {
  if (state.refund !== null && state.refund.paymentId === paymentId) return state;
  const books = { ...state.books, refunded: addDecimals(state.books.refunded, amount) };
  return { ...state, order: withoutCard(state.order), refund: { paymentId, amount, refundedAt }, books };
}

function withoutCard(order: Charge["order"]): Charge["order"] {
  return order === null ? null : { ...order, card: null };
}
