import type { EnginePorts } from "@troupe/engine";
import { type Clock, type OutboundRecord, TroupeError } from "@troupe/kernel";
import { coordinatorRole } from "@troupe/saga-coordinator";
import { sampleFields } from "@troupe/saga-coordinator/core";
import type { Role } from "@troupe/service-kit";
import type { Platform } from "../compose/open-platform.ts";
import { type JumpingClock, jumpingClock } from "../examples/jumping-clock.ts";
import { watchRate } from "./watch-rate.ts";

export const HOUR = 3_600_000;
const SAGA = "timerStorm";
const OWNER = "saga-coordinator";
/** One step that times out after half an hour, well within the absence. */
const DEFINITION = `
saga: ${SAGA}
start: { on: OrderPlaced }
steps:
  reserveStock:
    done: StockReserved
    timeout: 30m
    compensate: { emit: StockReleaseRequested, with: { orderId: saga.id }, done: StockReleased }
`;
const PUBLISH_AT_ONCE = 1_000;
const LOOK_EVERY_MILLIS = 100;

export type StormOptions = {
  /** Sagas that begin, each with a timer that is due when the coordinator comes back. */
  readonly timers: number;
  /** Share of them whose success waits in the log, from 0 to 1. */
  readonly waiting: number;
  readonly stopped: AbortSignal;
  say(line: string): void;
};

export type StormOutcome = {
  readonly timers: number;
  /** Sagas whose success waited in the log, and which the coordinator took for completed. */
  readonly waiting: number;
  readonly completed: number;
  /** Timers that fired, and how many in the busiest second. */
  readonly fired: number;
  readonly busiestSecond: number;
  readonly beginSeconds: number;
  readonly drainSeconds: number;
  readonly stormSeconds: number;
};

/**
 * A coordinator goes away while sagas wait, and comes back an hour later: everything that waits in the log must be read before
 * any timer fires, and then all that are left are due at once. The hour is put on the clock; the rest takes as long as it does.
 */
export async function runStorm(platform: Platform, options: StormOptions): Promise<StormOutcome> {
  const clock = jumpingClock(platform.clock);
  const ports: EnginePorts = { ...platform.ports(OWNER), clock };
  const begun = await begin(platform, { ports, ...options });
  clock.jumpTo(clock.now() + HOUR);
  const ids = begun.sagaIds.slice(0, Math.round(options.timers * options.waiting));
  options.say(`an hour later: ${ids.length} successes wait in the log, ${options.timers} timers are due`);
  await publish(platform, recordsOf(platform, { event: "StockReserved", ids, now: clock.now() - HOUR / 2 }));
  return comeBack(platform, { ports, ids, beginSeconds: begun.seconds, clock, options });
}

type Beginning = StormOptions & { readonly ports: EnginePorts };

async function begin(platform: Platform, { ports, timers, stopped, say }: Beginning) {
  const started = performance.now();
  const sagaIds = Array.from({ length: timers }, (_, at) => platform.ids.messageId("storm.saga", [at, started]));
  const coordinator = await startCoordinator(ports);
  await publish(platform, recordsOf(platform, { event: "OrderPlaced", ids: sagaIds, now: ports.clock.now() }));
  await untilRead(platform, { clock: ports.clock, stopped });
  await coordinator.stop();
  const seconds = secondsSince(started);
  say(`${timers} sagas have begun and wait, after ${seconds.toFixed(1)} s; the coordinator goes away`);
  return { sagaIds, seconds };
}

type Return = {
  readonly ports: EnginePorts;
  readonly ids: readonly string[];
  readonly beginSeconds: number;
  readonly clock: JumpingClock;
  readonly options: StormOptions;
};

async function comeBack(platform: Platform, { ports, ids, beginSeconds, clock, options }: Return): Promise<StormOutcome> {
  const { timers, stopped, say } = options;
  const started = performance.now();
  const rate = watchRate();
  const metrics = { ...ports.metrics, timersFired: (_: string, count: number) => rate.add(count) };
  const read = untilRead(platform, { clock, stopped });
  const coordinator = await startCoordinator({ ...ports, metrics });
  await read;
  const drainSeconds = secondsSince(started);
  say(`the log is read after ${drainSeconds.toFixed(1)} s, ${rate.total()} timers have fired`);
  const expected = timers - ids.length;
  while (rate.total() < expected && !stopped.aborted) await clock.sleep(LOOK_EVERY_MILLIS, stopped);
  const stormSeconds = secondsSince(started);
  await coordinator.stop();
  const { completed = 0 } = await platform.store.documents(OWNER).countByStatus(SAGA);
  return {
    timers,
    waiting: ids.length,
    completed,
    fired: rate.total(),
    busiestSecond: rate.busiestSecond(),
    beginSeconds,
    drainSeconds,
    stormSeconds,
  };
}

async function startCoordinator(ports: EnginePorts): Promise<Role> {
  const role = await coordinatorRole(ports, { definitions: [{ file: `${SAGA}.saga.yaml`, text: DEFINITION }] });
  await role.start();
  return role;
}

type Wanted = { readonly event: string; readonly ids: readonly string[]; readonly now: number };

function* recordsOf({ codec, ids }: Platform, { event, ids: sagaIds, now }: Wanted): Generator<OutboundRecord> {
  const { types = [], correlateField = "" } = codec.describe(event);
  for (const [at, sagaId] of sagaIds.entries()) {
    const payload = { ...sampleFields(types, { text: `sample-${at}`, uuid: sagaId, now }), [correlateField]: sagaId };
    const envelope = { type: event, source: "/storm", time: now, tenant: "default", correlationId: sagaId };
    yield codec.encode({ envelope: { ...envelope, id: ids.messageId("storm.event", [event, sagaId]) }, payload });
  }
}

async function publish({ bus }: Platform, records: Iterable<OutboundRecord>): Promise<void> {
  let open: OutboundRecord[] = [];
  for (const record of records) {
    open.push(record);
    if (open.length < PUBLISH_AT_ONCE) continue;
    await bus.publish(open);
    open = [];
  }
  if (open.length > 0) await bus.publish(open);
}

/** The coordinator has folded everything that stands now on the topics that the storm writes to; what it emits meanwhile comes behind. */
async function untilRead({ bus, codec }: Platform, { clock, stopped }: { readonly clock: Clock; readonly stopped: AbortSignal }) {
  const topics = ["OrderPlaced", "StockReserved"].map((event) => codec.describe(event).topic);
  const ends = new Map((await bus.admin.endOffsets(topics)).map(({ topic, partition, end }) => [`${topic}/${partition}`, end]));
  for (;;) {
    const lags = await bus.admin.groupLag(OWNER, topics);
    if (lags.every(({ topic, partition, committed }) => committed >= (ends.get(`${topic}/${partition}`) ?? 0))) return;
    if (stopped.aborted) throw new TroupeError("NOT_READY", { reason: "the storm was stopped before it was over" });
    await clock.sleep(LOOK_EVERY_MILLIS, stopped);
  }
}

const secondsSince = (moment: number): number => (performance.now() - moment) / 1000;
