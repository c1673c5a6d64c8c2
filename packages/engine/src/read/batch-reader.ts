import { type Batch, explain, type TopicPartition } from "@troupe/kernel";
import type { FoldEnvironment } from "../fold/folded-document.ts";
import type { BatchInput } from "../work-item.ts";
import { decodeInputs } from "./decode-inputs.ts";

const LONGEST_PAUSE_MILLIS = 2_000;

/**
 * Decodes batches before they are fed. A registry that does not answer holds back the partitions that need it, and
 * nothing else: timers, requests and the ends of reactions go on.
 */
export class BatchReader {
  readonly #environment: FoldEnvironment;
  readonly #feed: (input: BatchInput) => void;
  readonly #stopping: AbortSignal;
  /** Why a partition waits. */
  readonly #waiting = new Map<string, string>();
  #epoch = Number.NEGATIVE_INFINITY;

  constructor(environment: FoldEnvironment, options: { readonly feed: (input: BatchInput) => void; readonly stopping: AbortSignal }) {
    this.#environment = environment;
    this.#feed = options.feed;
    this.#stopping = options.stopping;
  }

  /** Why some partition is not read on; undefined when all are. */
  get trouble(): string | undefined {
    return this.#waiting.values().next().value;
  }

  /** Batches of earlier epochs are of no use any more. */
  startEpoch(epoch: number): void {
    this.#epoch = epoch;
    this.#waiting.clear();
  }

  async read(batch: Batch): Promise<void> {
    const place = placeOf(batch);
    for (let attempt = 1; !this.#stopping.aborted && batch.epoch >= this.#epoch; attempt++) {
      try {
        const decoded = await decodeInputs(batch, this.#environment);
        if (batch.epoch < this.#epoch) return;
        this.#waiting.delete(place);
        this.#environment.ports.failPoints?.pass("fp1");
        return this.#feed(decoded);
      } catch (error) {
        if (batch.epoch < this.#epoch) return;
        await this.#wait(place, { error, attempt });
      }
    }
  }

  async #wait(place: string, { error, attempt }: { readonly error: unknown; readonly attempt: number }): Promise<void> {
    const { fold, ports } = this.#environment;
    if (!this.#waiting.has(place)) ports.log.warn({ role: fold.owner, partition: place }, `${place} waits: ${explain(error)}`);
    this.#waiting.set(place, explain(error));
    await ports.clock.sleep(Math.min(100 * 2 ** attempt, LONGEST_PAUSE_MILLIS), this.#stopping);
  }
}

const placeOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;
