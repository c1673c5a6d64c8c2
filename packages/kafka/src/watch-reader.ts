import type { AssignedPartition, BusHealth, Clock } from "@troupe/kernel";
import type { Brokers } from "./brokers.ts";
import type { Reader } from "./reader.ts";

const LOOK_EVERY_MS = 1_000;
/** A consumer that is well has an answer at least each half second: fetches wait 100 ms, heartbeats 500. */
const SILENT_MS = 3_000;

export type StallOptions = {
  readonly brokers: Brokers;
  readonly clock: Clock;
  readonly stallMs: number;
  readonly signal: AbortSignal;
  tellHealth(health: BusHealth): void;
};

/**
 * Watches a consumer, tells its health, and resolves with a reason when it has to be replaced: nobody answered it for
 * `stallMs`, or a partition of its has more than was read and does not move. kafkajs can be in both states (a held
 * partition that is never fetched again) and gets out of neither. Resolves with undefined when `signal` aborts first.
 */
export async function watchReader(reader: Reader, options: StallOptions): Promise<string | undefined> {
  const { clock, signal, stallMs, tellHealth } = options;
  let looked = clock.now();
  while (true) {
    await clock.sleep(Math.min(LOOK_EVERY_MS, stallMs / 4), signal);
    if (signal.aborted) return undefined;
    const silent = clock.now() - reader.lastAnswer();
    if (silent > stallMs) return `no broker has answered for ${stallMs} ms`;
    if (silent > SILENT_MS) tellHealth({ healthy: false, reason: reader.joined() ? "no broker answers" : "the group is not formed yet" });
    else if (reader.joined()) tellHealth({ healthy: true });
    if (clock.now() - looked < stallMs / 4) continue;
    looked = clock.now();
    const stuck = await stuckPartition(reader, options);
    if (stuck !== undefined) return `partition ${stuck.topic}/${stuck.partition} stands at ${stuck.position} although there is more`;
  }
}

/** A partition with lag that did not move for `stallMs`, also not while its end was asked for. */
async function stuckPartition(reader: Reader, { brokers, clock, stallMs }: StallOptions): Promise<AssignedPartition | undefined> {
  const idle = (): readonly AssignedPartition[] => reader.consumption.progress?.idleSince(clock.now() - stallMs) ?? [];
  const topics = [...new Set(idle().map(({ topic }) => topic))];
  if (topics.length === 0) return undefined;
  try {
    const ranges = await brokers.ranges(topics);
    return idle().find(({ topic, partition, position }) =>
      ranges.some((range) => range.topic === topic && range.partition === partition && range.end > position),
    );
  } catch {
    return undefined; // the bus is away, which shows in the answers
  }
}
