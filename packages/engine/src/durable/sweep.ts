import type { Clock, Documents } from "@troupe/kernel";
import type { Publisher } from "./publisher.ts";

const LIMIT = 500;

/** Publishes again what crashes and lost replies left in outboxes; says for how many documents. Rests while publishing fails. */
export async function sweepOutboxes(options: {
  readonly documents: Documents;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly shards: readonly number[] | null;
  readonly olderThanMillis: number;
}): Promise<number> {
  const { documents, publisher, clock, shards, olderThanMillis } = options;
  if (publisher.failing !== undefined || shards?.length === 0) return 0;
  const waiting = await documents.unsent({ shards, before: clock.now() - olderThanMillis, limit: LIMIT });
  const taken = waiting.filter((document) => publisher.enqueue(document) > 0).length;
  // A trim that lost its race against a later write leaves the mark on an empty outbox: clear it, or it is found for ever.
  const empty = waiting.filter(({ outbox }) => Object.keys(outbox).length === 0);
  if (empty.length > 0) await documents.trim(empty.map(({ id, version }) => ({ id, seqs: [], emptyAt: version })));
  return taken;
}
