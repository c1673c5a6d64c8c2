import type { Applied, Current, DocumentFold, Emission, FoldContext } from "@troupe/engine";
import { documentId, type Fact, type Json, type TimerFact, type TimestampMillis, TroupeError, type Uuid } from "@troupe/kernel";

/** What the tests' owner keeps per order. `log`: message ids and timers in the order in which they were folded. */
export type Tally = { readonly log: readonly string[]; readonly timers: { readonly [name: string]: number } };

export const OWNER = "tally";
/** How long after a recall request the timer of an order is due. */
export const TIMER_MILLIS = 60_000;

export const tallyId = (orderId: string): string => documentId({ tenant: "default", definition: OWNER, key: orderId });

export type TallyOptions = {
  readonly brokenTimers?: () => boolean;
  /** The handler of RefundRequested, which throws, is mended. */
  readonly mended?: () => boolean;
  /** It throws what makes its event a dead letter. */
  readonly full?: boolean;
};

/**
 * A small owner that has everything an engine must carry: a release request is counted and answered with its number, a recall
 * winds a timer, a refund is poison.
 */
export function tallyFold(options: TallyOptions = {}): DocumentFold {
  return {
    owner: OWNER,
    source: `/${OWNER}`,
    wants: new Set(["StockReleaseRequested", "ShipmentRecallRequested", "OrderConfirmationRequested", "RefundRequested"]),
    route: ({ envelope }) => [documentId({ tenant: envelope.tenant, definition: OWNER, key: envelope.correlationId ?? "" })],
    apply: (current, fact, context) => {
      if (fact.kind === "timer" && options.brokenTimers?.()) throw new TypeError("a timer that can't be folded");
      if (fact.name === "RefundRequested" && options.full) throw new TroupeError("EARLY_EVENTS_FULL", { saga: "a", limit: 1, event: "b" });
      if (fact.name === "RefundRequested" && options.mended?.() !== true) throw new TypeError("poison");
      return fold(current, fact, context);
    },
    due: ({ id, state }, now) => timersDue(id, stateOf(state), now),
    traceparentOf: () => undefined,
    reply: (current) => stateOf(current?.state ?? null).log.length,
  };
}

export const stateOf = (state: Json): Tally => (state ?? { log: [], timers: {} }) as unknown as Tally; // written by this fold

function timersDue(id: string, { timers }: Tally, now: number): readonly TimerFact[] {
  return Object.entries(timers)
    .filter(([, dueAt]) => dueAt <= now)
    .map(([name, dueAt]) => ({ kind: "timer", name, dueAt, identity: `${id}/${name}/${dueAt}` }));
}

function fold(current: Current | undefined, fact: Fact, { documentId: id, now }: FoldContext): Applied {
  const before = stateOf(current?.state ?? null);
  const orderId = id.slice(id.lastIndexOf("/") + 1) as Uuid; // the tests' keys are UUIDs
  const log = [...before.log, fact.kind === "event" ? fact.envelope.id : fact.name];
  const common = { id: `${fact.identity}/answer`, correlationId: orderId };
  const { [fact.name]: _, ...timers } = before.timers; // a timer that fired is gone
  const state = { timers, log };
  const wound = /^in (\d+) ms$/.exec(fact.name)?.[1];
  if (wound !== undefined && fact.kind === "act") return applied({ ...state, timers: { ...timers, [fact.name]: now + Number(wound) } }, []);
  switch (fact.name) {
    case "StockReleaseRequested":
      return applied(state, [{ ...common, name: "StockReleased", payload: { orderId, units: BigInt(log.length), releasedAt: now } }]);
    case "ShipmentRecallRequested":
      return applied({ ...state, timers: { ...state.timers, ring: now + TIMER_MILLIS } }, []);
    case "OrderConfirmationRequested":
      return applied({ ...state, timers: {} }, []);
    case "third":
      if (log.length < 3) throw new RangeError(`it is number ${log.length}`);
      return applied(state, []);
    case "unencodable":
      return applied(state, [{ ...common, name: "StockReleased", payload: { orderId, units: "many", releasedAt: now } }]);
    case "ring": {
      const { ring: _, ...timers } = state.timers;
      return applied({ ...state, timers }, [
        { ...common, name: "OrderConfirmed", payload: { orderId, confirmedAt: now as TimestampMillis } },
      ]); // milliseconds
    }
    default:
      return applied(state, []);
  }
}

function applied(state: Tally, emit: readonly Emission[]): Applied {
  const times = Object.values(state.timers);
  return {
    definition: OWNER,
    status: "open",
    state: state as unknown as Json, // texts and numbers only
    dueAt: times.length === 0 ? null : Math.min(...times),
    emit,
    history: [{ length: state.log.length }],
  };
}
