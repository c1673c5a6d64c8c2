import { type Documents, PARKED_DUE_AT } from "@troupe/kernel";
import type { EngineLimits, EnginePorts } from "./engine-ports.ts";
import type { Progress } from "./progress.ts";
import type { DueItem } from "./work-item.ts";

/** Finds documents whose timers may fire, and remembers which are on their way and which are left alone for a while. */
export class TimerPoll {
  readonly #owner: string;
  readonly #ports: Pick<EnginePorts, "bus" | "clock">;
  readonly #documents: Documents;
  readonly #limits: EngineLimits;
  readonly #readParked: (due: DueItem) => Promise<DueItem>;
  readonly #queued = new Set<string>();
  /** Timers that failed, and until when they are not tried again. */
  readonly #held = new Map<string, number>();

  constructor(options: {
    readonly owner: string;
    readonly ports: Pick<EnginePorts, "bus" | "clock">;
    readonly documents: Documents;
    readonly limits: EngineLimits;
    /** Reads the parked records that an operator wants tried again. */
    readonly readParked: (due: DueItem) => Promise<DueItem>;
  }) {
    this.#owner = options.owner;
    this.#ports = options.ports;
    this.#documents = options.documents;
    this.#limits = options.limits;
    this.#readParked = options.readParked;
  }

  /**
   * Documents whose timers are due and whose sources are drained to that time, earliest first, none twice. Asks the bus
   * only when something is due. Rejects when store or bus is away.
   */
  async poll(progress: Progress): Promise<readonly DueItem[]> {
    const now = this.#ports.clock.now();
    for (const [id, until] of this.#held) if (until <= now) this.#held.delete(id);
    const shards = progress.ownedShards();
    if (shards?.length === 0) return [];
    const limit = this.#limits.timersPerPoll + this.#queued.size + this.#held.size;
    const due = await this.#documents.due({ shards, now, limit });
    const [earliest] = due;
    if (earliest === undefined) return [];
    if (due.some(({ shard, dueAt }) => progress.drainedTo(shard) < dueAt)) await progress.refresh(this.#ports.bus.admin, this.#owner, now);
    const hidden = due.length === limit && due.some(({ shard, dueAt }) => progress.drainedTo(shard) < dueAt);
    // A group that lags must not hide the timers of the others behind its own.
    const found = hidden ? await this.#documents.due({ shards: progress.drainedShards(earliest.dueAt), now, limit }) : due;
    const taken = found
      .filter(({ id, shard, dueAt }) => dueAt <= progress.drainedTo(shard) && !this.#queued.has(id) && !this.#held.has(id))
      .slice(0, this.#limits.timersPerPoll)
      .map(({ id, shard, dueAt }): DueItem => ({ kind: "due", documentId: id, dueAt, upTo: progress.drainedTo(shard) }));
    const ready: DueItem[] = [];
    for (const item of taken) {
      // What can't be read now is asked for again at the next poll, and holds up no timer.
      const read = item.dueAt === PARKED_DUE_AT ? await this.#readParked(item).catch(() => undefined) : item;
      if (read !== undefined) ready.push(read);
    }
    for (const { documentId } of ready) this.#queued.add(documentId);
    return ready;
  }

  /** The document's timers were folded, or `held`: they can't be for now. */
  settled({ documentId }: DueItem, { held }: { readonly held: boolean }): void {
    this.#queued.delete(documentId);
    if (held) this.#held.set(documentId, this.#ports.clock.now() + this.#limits.heldTimerMillis);
  }
}
