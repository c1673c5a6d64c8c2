import type { AssignedPartition, Batch, BusRecord, TopicPartition } from "@troupe/kernel";

/** What one fetch brought for one partition. `first` and `next` include control records, which are not in `records`. */
export type Fetched = TopicPartition & {
  readonly first: number;
  readonly next: number;
  readonly end: number;
  readonly records: readonly BusRecord[];
};

/**
 * What to do with a fetch. `deliver`: hand the batch over (`missing`: offsets that are gone and were never read).
 * `ignore`: not ours, or a batch of the partition is being worked on. `reread`: the client reads from a wrong place.
 */
export type Offer =
  | { readonly kind: "deliver"; readonly batch: Batch; readonly missing: Missing | null }
  | { readonly kind: "ignore" }
  | { readonly kind: "reread"; readonly from: number };
export type Missing = { readonly from: number; readonly to: number; readonly cause: "removed" | "truncated" };

type Partition = {
  readonly topic: string;
  readonly partition: number;
  /** Next offset to hand over. */
  position: number;
  inFlight: Batch | null;
  /** Everything below is durable: may be committed. */
  settled: number;
  committed: number;
  /** Position that was read again because the fetch began behind it: the second time the gap is real. */
  reread: number | null;
  movedAt: number;
};

export type Progress = ReturnType<typeof createProgress>;

/**
 * Where one assignment stands, partition by partition: the rules of engine.md 11 without a client.
 * Exactly the offsets from the position on are delivered, in order, each once per epoch; the position moves at `settle`.
 */
export function createProgress(assigned: readonly AssignedPartition[], { epoch, now }: { epoch: number; now: number }) {
  const partitions = new Map<string, Partition>();
  for (const { topic, partition, position } of assigned) {
    const start = { topic, partition, position, inFlight: null, settled: position, committed: position, reread: null, movedAt: now };
    partitions.set(placeOf({ topic, partition }), start);
  }

  return {
    epoch,
    partitions: assigned.map(({ topic, partition }): TopicPartition => ({ topic, partition })),
    offer: (fetched: Fetched): Offer => offer(partitions.get(placeOf(fetched)), { fetched, epoch }),

    /** A fetch held only control or aborted records: the client went past them by itself. */
    skipped(place: TopicPartition, { first, next, at }: { first: number; next: number; at: number }): void {
      const found = partitions.get(placeOf(place));
      if (found === undefined || found.inFlight !== null || first > found.position || next <= found.position) return;
      moveTo(found, { next, at });
    },

    /** False when this batch is not the one in flight: nothing may be resolved for it. */
    settle(batch: Batch, { at, stored }: { at: number; stored: boolean }): boolean {
      const found = partitions.get(placeOf(batch));
      if (found?.inFlight == null || batch.epoch !== epoch || found.inFlight.nextOffset !== batch.nextOffset) return false;
      found.inFlight = null;
      moveTo(found, { next: batch.nextOffset, at });
      if (stored) found.committed = batch.nextOffset;
      return true;
    },

    inFlight: (batch: Batch): boolean => partitions.get(placeOf(batch))?.inFlight === batch,

    uncommitted: (): readonly AssignedPartition[] =>
      [...partitions.values()]
        .filter(({ settled, committed }) => settled > committed)
        .map(({ topic, partition, settled }) => ({ topic, partition, position: settled })),

    markCommitted(places: readonly AssignedPartition[]): void {
      for (const place of places) {
        const found = partitions.get(placeOf(place));
        if (found !== undefined) found.committed = Math.max(found.committed, place.position);
      }
    },

    /** Partitions that have not moved since `before` and wait for nobody here. */
    idleSince: (before: number): readonly AssignedPartition[] =>
      [...partitions.values()]
        .filter(({ inFlight, movedAt }) => inFlight === null && movedAt < before)
        .map(({ topic, partition, position }) => ({ topic, partition, position })),
  };
}

export const placeOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

function offer(found: Partition | undefined, { fetched, epoch }: { fetched: Fetched; epoch: number }): Offer {
  if (found === undefined || found.inFlight !== null) return { kind: "ignore" };
  const truncated = fetched.next <= found.position && fetched.end < found.position;
  if (!truncated && fetched.next <= found.position) return { kind: "reread", from: found.position };
  if (fetched.first > found.position && found.reread !== found.position) {
    found.reread = found.position;
    return { kind: "reread", from: found.position };
  }
  const missing = missingOf(found.position, { fetched, truncated });
  // A log that is now shorter than what was read was cut or made anew: what it holds was never seen.
  const from = truncated ? fetched.first : found.position;
  const { topic, partition, next, end } = fetched;
  const records = fetched.records.filter(({ offset }) => offset >= from);
  if (truncated) found.settled = from;
  found.position = from;
  found.inFlight = { topic, partition, records, epoch, endOffset: end, nextOffset: next };
  return { kind: "deliver", batch: found.inFlight, missing };
}

function missingOf(position: number, { fetched, truncated }: { fetched: Fetched; truncated: boolean }): Missing | null {
  if (truncated) return { from: fetched.end, to: position - 1, cause: "truncated" };
  return fetched.first > position ? { from: position, to: fetched.first - 1, cause: "removed" } : null;
}

function moveTo(found: Partition, { next, at }: { next: number; at: number }): void {
  found.position = next;
  found.settled = next;
  found.movedAt = at;
  found.reread = null;
}
