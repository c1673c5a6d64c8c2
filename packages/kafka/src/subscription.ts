import type { Batch, BusHealth, Clock, Log, SubscribeOptions, Subscription } from "@troupe/kernel";
import type { Brokers } from "./brokers.ts";
import type { NewClient } from "./client.ts";
import { innermostReason } from "./errors.ts";
import { createReader, type Reader } from "./reader.ts";
import { watchReader } from "./watch-reader.ts";

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2_000;

export type SupervisorOptions = {
  readonly newClient: NewClient;
  readonly brokers: Brokers;
  readonly clock: Clock;
  readonly log: Log;
  readonly sessionTimeoutMs: number;
  /** A consumer that reads nothing for so long although there is something, or gets no answers, is replaced. */
  readonly stallMs: number;
};

/**
 * Keeps one consumer of the group alive: makes the next one when it crashed or stands still.
 *
 *   starting ─▶ reading ─▶ (crash | stalled) ─▶ pausing ─▶ starting        any ─▶ stopped
 *
 * Rejects with TOPIC_UNKNOWN or BUS_UNREACHABLE when the topics can't be read now; later failures only show in onHealth.
 */
export async function superviseSubscription(options: SupervisorOptions, given: SubscribeOptions): Promise<Subscription> {
  const { brokers, clock, log } = options;
  const specs = await brokers.known(given.topics);
  const partitions = specs.reduce((sum, spec) => sum + spec.partitions, 0);
  const stopping = new AbortController();
  const subscription = silencedAfter(given, stopping.signal);
  let epoch = 0;
  let reader: Reader | undefined;
  let lastMember: string | undefined;
  let healthy = true;
  let failures = 0;

  function tellHealth(health: BusHealth): void {
    if (health.healthy === healthy) return;
    healthy = health.healthy;
    if (health.healthy) log.info({ group: given.group }, "the subscription goes on");
    else log.warn({ group: given.group, reason: health.reason }, "the subscription can't go on");
    subscription.onHealth(health);
  }

  /** Runs one consumer until it is done for; resolves with why. */
  async function runOne(): Promise<string> {
    const { promise: over, resolve: finish } = Promise.withResolvers<string>();
    const onStop = (): void => finish("stopped");
    stopping.signal.addEventListener("abort", onStop, { once: true });
    const nextEpoch = (): number => ++epoch;
    const onJoined = (): void => {
      failures = 0;
      tellHealth({ healthy: true });
    };
    const formerMember = reader?.memberId() ?? lastMember;
    lastMember = formerMember;
    const current = createReader({ ...options, subscription, partitions, formerMember, nextEpoch, onJoined, onCrash: finish });
    reader = current;
    const ended = new AbortController();
    current.start().catch((error: unknown) => finish(innermostReason(error)));
    void watchReader(current, { ...options, tellHealth, signal: ended.signal }).then((reason) => reason !== undefined && finish(reason));
    const reason = await over;
    ended.abort();
    stopping.signal.removeEventListener("abort", onStop);
    await current.stop();
    return reason;
  }

  async function supervise(): Promise<void> {
    while (!stopping.signal.aborted) {
      const reason = await runOne();
      if (stopping.signal.aborted) return;
      tellHealth({ healthy: false, reason });
      await clock.sleep(Math.min(FIRST_PAUSE_MS * 2 ** failures++, LONGEST_PAUSE_MS), stopping.signal);
    }
  }

  const running = supervise();
  return {
    settle: (batch: Batch, { offsetStored } = { offsetStored: false }) => reader?.consumption.settle(batch, offsetStored),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** No callback reaches the engine once stop was called. */
function silencedAfter(given: SubscribeOptions, signal: AbortSignal): SubscribeOptions {
  return {
    group: given.group,
    topics: given.topics,
    onBatch: (batch) => (signal.aborted ? undefined : given.onBatch(batch)),
    onAssigned: (assignment, epoch) => (signal.aborted ? undefined : given.onAssigned(assignment, epoch)),
    onRevoked: (partitions) => (signal.aborted ? undefined : given.onRevoked(partitions)),
    onHealth: (health) => (signal.aborted ? undefined : given.onHealth(health)),
  };
}
