import { addDecimals, type Decimal, type EventFact, multiplyDecimal } from "@troupe/kernel";
import type { OrderTrail, Placed } from "./findings.ts";

const ZERO = "0.00" as Decimal; // canonical text of two digits

/** Enough to count orders and what was done for each. */
export const OUTLINE: ReadonlySet<string> = new Set(["OrderPlaced", "StockReserved", "PaymentCaptured", "ShipmentDispatched"]);

/** Fields that hold the id of the thing that an event says was done. */
const THINGS: { readonly [event: string]: string } = {
  StockReserved: "reservationId",
  PaymentCaptured: "paymentId",
  ShipmentDispatched: "parcelId",
};

/**
 * The auditor's own view: folds the raw topics and trusts no document. A message that was delivered twice is one
 * message (same identity); an effect that was done twice shows as two ids of the thing done.
 */
export class Ledger {
  readonly orders = new Map<string, OrderTrail>();
  /** Events that the ledger reads. */
  readonly wants: ReadonlySet<string>;
  readonly #seen = new Set<string>();

  constructor(wants: ReadonlySet<string>) {
    this.wants = wants;
  }

  take({ identity, name, envelope, payload: fields }: EventFact): void {
    const payload = fields as { readonly [field: string]: unknown }; // decoded by the schema of its name
    const trail = this.#trail(String(payload["orderId"] ?? payload["sagaId"]));
    if (this.#seen.has(identity)) {
      trail.repeats += 1;
      return;
    }
    this.#seen.add(identity);
    if (name === "OrderPlaced") trail.placed ??= placed(payload);
    const thing = THINGS[name];
    trail.sightings.push({
      name,
      id: envelope.id,
      identity,
      cause: envelope.causationId,
      thing: thing === undefined ? undefined : String(payload[thing]),
    });
  }

  #trail(orderId: string): OrderTrail {
    const found = this.orders.get(orderId) ?? { placed: undefined, repeats: 0, sightings: [] };
    this.orders.set(orderId, found);
    return found;
  }
}

function placed(payload: { readonly [field: string]: unknown }): Placed {
  const lines = payload["lines"] as readonly { readonly quantity: number; readonly unitPrice: Decimal }[]; // schema of OrderPlaced
  return {
    customerId: String(payload["customerId"]),
    units: lines.reduce((sum, { quantity }) => sum + quantity, 0),
    total: lines.reduce((sum, { quantity, unitPrice }) => addDecimals(sum, multiplyDecimal(unitPrice, quantity)), ZERO),
  };
}

/** Ids of the things that the events of a name say were done. */
export function thingsOf(trail: OrderTrail | undefined, name: string): ReadonlySet<string> {
  return new Set((trail?.sightings ?? []).flatMap((seen) => (seen.name === name && seen.thing !== undefined ? [seen.thing] : [])));
}
