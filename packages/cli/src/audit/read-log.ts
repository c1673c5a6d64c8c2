import { setImmediate } from "node:timers/promises";
import type { Batch, Bus, Codec, EventFact, Subscription } from "@troupe/kernel";

/** Whoever keeps books of what it reads. */
export type LogReader = { readonly wants: ReadonlySet<string>; take(fact: EventFact): void };

/**
 * Reads topics from their beginning up to where they end now, in a group of its own, and has them folded into a ledger.
 * `group` must be new: a group that has read before would go on where it stopped. Rejects with BUS_UNREACHABLE.
 */
export async function readLog<Reader extends LogReader>(options: {
  readonly bus: Bus;
  readonly codec: Codec;
  readonly group: string;
  readonly topics: readonly string[];
  readonly ledger: Reader;
}): Promise<Reader> {
  const { bus, codec, group, topics, ledger } = options;
  const open = new Map(
    (await bus.admin.endOffsets(topics)).filter(({ end }) => end > 0).map((at) => [`${at.topic}/${at.partition}`, at.end]),
  );
  if (open.size === 0) return ledger;
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  const subscribed = Promise.withResolvers<Subscription>();
  const readTo = new Map<string, number>(); // after a rebalance the bus may hand over what was read before
  const take = async (batch: Batch): Promise<void> => {
    const place = `${batch.topic}/${batch.partition}`;
    const from = readTo.get(place) ?? 0;
    readTo.set(place, Math.max(from, batch.nextOffset));
    for (const record of batch.records) {
      if (record.offset < from) continue;
      const decoded = await codec.decode(record, ledger.wants);
      if (decoded.kind === "event") ledger.take(decoded.fact);
    }
    if (batch.nextOffset >= (open.get(place) ?? 0)) open.delete(place);
    if (open.size === 0) resolve();
    else (await subscribed.promise).settle(batch);
  };
  // One batch a turn of the event loop: a long log must not keep this process from renewing its membership.
  let turn: Promise<unknown> = Promise.resolve();
  const onBatch = (batch: Batch): void => {
    turn = turn
      .then(() => setImmediate())
      .then(() => take(batch))
      .catch(reject);
  };
  const quiet = { onAssigned: () => {}, onRevoked: () => {}, onHealth: () => {} };
  const subscription = await bus.subscribe({ group, topics, onBatch, ...quiet });
  subscribed.resolve(subscription);
  await done.finally(() => subscription.stop());
  return ledger;
}
