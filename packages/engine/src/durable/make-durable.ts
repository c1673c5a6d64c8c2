import type { DeadLetter, TopicPartition, WriteOutcome } from "@troupe/kernel";
import type { PlannedWrite } from "../fold/plan-write.ts";

/** What one tick wants durable: documents with the records they decided, dead letters, and how far it has read. */
export type TickWork = {
  readonly writes: readonly PlannedWrite[];
  readonly deadLetters: readonly DeadLetter[];
  readonly offsets: ReadonlyArray<TopicPartition & { readonly next: number }>;
  /** Null when the tick read nothing from the bus. */
  readonly membership: { readonly group: string; readonly epoch: number } | null;
};

export type TickOutcome = {
  /** One per write. `unknown`: also after reading again nobody can say yet whether it was written. */
  readonly outcomes: readonly WriteOutcome[];
  /** The offsets are durable already, in the same transaction. */
  readonly offsetsStored: boolean;
};

/**
 * The two ways to make a tick durable behind one function: `atomic.ts` where bus and documents are one store,
 * `staged.ts` where they are two. Rejects when the store can't be reached; then nothing of the tick may be assumed.
 */
export type MakeDurable = (work: TickWork) => Promise<TickOutcome>;
