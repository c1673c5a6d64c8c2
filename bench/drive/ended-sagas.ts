import type { Batch, Bus, BusRecord, Subscription } from "@troupe/kernel";

const ENDINGS: ReadonlySet<string> = new Set(["SagaCompleted", "SagaCompensated"]);

/**
 * Reads the life of sagas from `troupe.sagas` and calls `onEnded` with the id of each that ended. Only headers are read:
 * whoever watches should not cost what is watched.
 */
export async function watchEnds(bus: Bus, group: string, onEnded: (sagaId: string) => void): Promise<Subscription> {
  const subscribed = Promise.withResolvers<Subscription>();
  const take = async (batch: Batch): Promise<void> => {
    for (const record of batch.records) if (isEnding(record)) onEnded(record.headers["ce_correlationid"] ?? "");
    (await subscribed.promise).settle(batch);
  };
  const quiet = { onAssigned: () => {}, onRevoked: () => {}, onHealth: () => {} };
  const subscription = await bus.subscribe({ group, topics: ["troupe.sagas"], onBatch: (batch) => void take(batch), ...quiet });
  subscribed.resolve(subscription);
  return subscription;
}

/** The end of a sub-saga carries the effect of its parent's step, and is none of ours. */
function isEnding({ headers: { ce_type: type = "", ce_effect: effect } }: BusRecord): boolean {
  return effect === undefined && ENDINGS.has(type.slice(type.lastIndexOf(".") + 1));
}
