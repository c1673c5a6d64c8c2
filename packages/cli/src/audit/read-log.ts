import type { Batch, Bus, Codec, Subscription } from "@troupe/kernel";
import { Ledger } from "./ledger.ts";

/**
 * Reads topics from their beginning up to where they end now, in a group of its own, and folds them into a ledger.
 * `group` must be new: a group that has read before would go on where it stopped. Rejects with BUS_UNREACHABLE.
 */
export async function readLog(options: {
  readonly bus: Bus;
  readonly codec: Codec;
  readonly group: string;
  readonly topics: readonly string[];
}): Promise<Ledger> {
  const { bus, codec, group, topics } = options;
  const ledger = new Ledger();
  const open = new Map(
    (await bus.admin.endOffsets(topics)).filter(({ end }) => end > 0).map((at) => [`${at.topic}/${at.partition}`, at.end]),
  );
  if (open.size === 0) return ledger;
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  const subscribed = Promise.withResolvers<Subscription>();
  const take = async (batch: Batch): Promise<void> => {
    for (const record of batch.records) {
      const decoded = await codec.decode(record, Ledger.WANTS);
      if (decoded.kind === "event") ledger.take(decoded.fact);
    }
    const place = `${batch.topic}/${batch.partition}`;
    if (batch.nextOffset >= (open.get(place) ?? 0)) open.delete(place);
    if (open.size === 0) resolve();
    else (await subscribed.promise).settle(batch);
  };
  const quiet = { onAssigned: () => {}, onRevoked: () => {}, onHealth: () => {} };
  const subscription = await bus.subscribe({ group, topics, onBatch: (batch) => void take(batch).catch(reject), ...quiet });
  subscribed.resolve(subscription);
  await done.finally(() => subscription.stop());
  return ledger;
}
