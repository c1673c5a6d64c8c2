import { addDecimals, type Decimal, type EventFact, multiplyDecimal } from "@troupe/kernel";

const ZERO = "0.00" as Decimal; // canonical text of two digits

/** What the log says of one order, read by nobody's fold but the auditor's. */
export type OrderTrail = {
  placed: boolean;
  units: number;
  total: Decimal;
  /** Ids of things done, so that a thing done twice has two. */
  readonly reservations: Set<string>;
  readonly payments: Set<string>;
  readonly parcels: Set<string>;
};

/**
 * The auditor's own view: folds the raw topics and trusts no document. A message that was delivered twice is one
 * message (same id); an effect that was done twice shows as two ids of the thing done.
 */
export class Ledger {
  readonly orders = new Map<string, OrderTrail>();
  readonly #seen = new Set<string>();

  /** Events that the ledger reads. */
  readonly wants: ReadonlySet<string> = new Set(["OrderPlaced", "StockReserved", "PaymentCaptured", "ShipmentDispatched"]);

  take(fact: EventFact): void {
    if (this.#seen.has(fact.identity)) return;
    this.#seen.add(fact.identity);
    const payload = fact.payload as { readonly [field: string]: unknown }; // decoded by the schema of its name
    const trail = this.#trail(String(payload["orderId"]));
    if (fact.name === "OrderPlaced") placed(trail, payload);
    if (fact.name === "StockReserved") trail.reservations.add(String(payload["reservationId"]));
    if (fact.name === "PaymentCaptured") trail.payments.add(String(payload["paymentId"]));
    if (fact.name === "ShipmentDispatched") trail.parcels.add(String(payload["parcelId"]));
  }

  #trail(orderId: string): OrderTrail {
    const found = this.orders.get(orderId);
    if (found !== undefined) return found;
    const trail = {
      placed: false,
      units: 0,
      total: ZERO,
      reservations: new Set<string>(),
      payments: new Set<string>(),
      parcels: new Set<string>(),
    };
    this.orders.set(orderId, trail);
    return trail;
  }

  /** Orders for which a thing was done more than once. */
  doubled(): readonly string[] {
    return [...this.orders]
      .filter(([, trail]) => Math.max(trail.reservations.size, trail.payments.size, trail.parcels.size) > 1)
      .map(([id]) => id);
  }
}

function placed(trail: OrderTrail, payload: { readonly [field: string]: unknown }): void {
  const lines = payload["lines"] as readonly { readonly quantity: number; readonly unitPrice: Decimal }[]; // schema of OrderPlaced
  trail.placed = true;
  trail.units = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  trail.total = lines.reduce((sum, { quantity, unitPrice }) => addDecimals(sum, multiplyDecimal(unitPrice, quantity)), ZERO);
}
