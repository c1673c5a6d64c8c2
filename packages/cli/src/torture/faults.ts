import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "@troupe/kernel";
import type { Target } from "../config.ts";
import type { Actor } from "./actor.ts";
import { KILL_POINTS, type KillPoint, killsOf, type TortureRecord } from "./record.ts";
import type { Stage } from "./stage.ts";

/** Several at a time, so that two processes also die at once; the others keep the platform going. */
const RUNNERS = 3;
/** A fail point that is not met by then, because its process has nothing to do, is given up: the process is killed as it stands. */
const ARMED_MILLIS = 10_000;
const LATEST_PASS = 12;
const MOMENT_MILLIS = 400;
/** How much longer than its session a zombie sleeps. */
const ZOMBIE_FACTOR = 1.4;

export type FaultsOptions = {
  readonly stage: Stage;
  readonly record: TortureRecord;
  readonly random: Random;
  readonly sessionTimeoutMillis: number;
  /** Called after each fault. */
  readonly onFault: () => void;
  readonly stopped: AbortSignal;
};

/** Where work is atomic there is nothing between commit, publish and trim. */
export const pointsOf = (target: Target): readonly KillPoint[] =>
  KILL_POINTS.filter((point) => point !== "random" && (target === "native" || (point !== "fp4" && point !== "fp5")));

/**
 * Kills and stalls processes until the record has as many as were wanted. Each of the runners takes a process that no other
 * has. Rejects when a process ends by itself or does not start again.
 */
export async function doFaults(options: FaultsOptions): Promise<void> {
  const { stage, record, random, stopped } = options;
  const busy = new Set<Actor>();
  const planned = { kills: killsOf(record), zombies: record.zombies };
  const runner = async (): Promise<void> => {
    while (!stopped.aborted) {
      const kills = record.wanted.kills - planned.kills;
      const zombies = record.wanted.zombies - planned.zombies;
      const actor = pick(
        [...stage.actors].filter((one) => !busy.has(one)),
        random,
      );
      if ((kills <= 0 && zombies <= 0) || actor === undefined) return;
      busy.add(actor);
      // A zombie takes about as long as two kills.
      if (random.next() * (2 * zombies + kills) < 2 * zombies) {
        planned.zombies += 1;
        await makeZombie(options, actor);
      } else {
        planned.kills += Math.min(2, kills);
        await kill(options, actor, kills > 1);
      }
      busy.delete(actor);
    }
  };
  await Promise.all(Array.from({ length: RUNNERS }, runner));
}

/** At some moment from outside; `twice`: then, started again, from inside at a fail point. At last it is started for good. */
async function kill(options: FaultsOptions, actor: Actor, twice: boolean): Promise<void> {
  const { random } = options;
  await wait(random.next() * MOMENT_MILLIS);
  actor.check();
  await actor.kill();
  note(options, "random");
  if (twice) {
    const point = leastTried(options);
    await actor.start(`${point}:${1 + Math.floor(random.next() * LATEST_PASS)}`);
    const met = await actor.ended(ARMED_MILLIS);
    if (!met) await actor.kill();
    note(options, met ? point : "random");
  }
  await actor.start();
}

function note({ record, onFault }: FaultsOptions, point: KillPoint): void {
  record.kills = { ...record.kills, [point]: record.kills[point] + 1 };
  onFault();
}

/** One of the two fail points that were met least often. */
function leastTried({ record, random }: FaultsOptions): KillPoint {
  const points = pointsOf(record.target).toSorted((a, b) => record.kills[a] - record.kills[b]);
  return pick(points.slice(0, 2), random) ?? "fp1";
}

/**
 * Stops a process for longer than its session while another one is there to take over, then wakes it: it goes on in the
 * middle of whatever it did, with old documents in its cache and partitions that are not its own any more.
 */
async function makeZombie({ stage, record, random, sessionTimeoutMillis, onFault }: FaultsOptions, actor: Actor): Promise<void> {
  const { twin, dismiss } = await stage.understudy(actor);
  await wait(random.next() * MOMENT_MILLIS);
  const moves = movesOf(twin);
  actor.stall();
  await wait(sessionTimeoutMillis * ZOMBIE_FACTOR);
  if (movesOf(twin) > moves) record.zombiesReplaced += 1;
  actor.wake();
  await wait(MOMENT_MILLIS);
  if (await dismiss()) record.stops += 1;
  record.zombies += 1;
  onFault();
}

/** How often it was given partitions. */
const movesOf = (actor: Actor): number => actor.said().match(/ reads \d+ partitions"/g)?.length ?? 0;

function pick<Item>(items: readonly Item[], random: Random): Item | undefined {
  return items[Math.floor(random.next() * items.length)];
}
