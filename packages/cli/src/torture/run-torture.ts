import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { sagaFacts } from "@troupe/saga-coordinator";
import { type AuditReport, audit } from "../audit/audit.ts";
import type { Platform } from "../compose/open-platform.ts";
import { ProgressLine } from "../demo/progress-line.ts";
import { seededRandom } from "../system-clock.ts";
import { customerOf, placeOrdersUntil } from "./customers.ts";
import { sagasUnderWay, unrest } from "./drain.ts";
import { doFaults } from "./faults.ts";
import { KILL_POINTS, killsOf, type TortureFiles, type TortureRecord } from "./record.ts";
import type { TortureResult } from "./report.ts";
import { Stage } from "./stage.ts";

const LOOK_MILLIS = 500;
const REST_MILLIS = 180_000;

export type TortureOptions = {
  readonly platform: Platform;
  readonly record: TortureRecord;
  readonly files: TortureFiles;
  readonly stopped: AbortSignal;
};

/**
 * Starts the platform as processes, keeps orders flowing while they are killed and stalled, lets everything come to rest, and
 * audits. Undefined when it was interrupted: the record is saved, and the same run can go on. Whatever happens, no process is
 * left. Rejects when a process ends by itself or does not start.
 */
export async function runTorture(options: TortureOptions): Promise<TortureResult | undefined> {
  const { platform, record, files } = options;
  const stage = new Stage(platform.config, files, record);
  const began = platform.clock.now();
  const before = record.millis;
  const save = (): void => {
    record.millis = before + platform.clock.now() - began;
    files.save(record);
  };
  options.stopped.addEventListener("abort", () => void stage.clear(), { once: true });
  try {
    record.deadLettersBefore ??= await platform.store.deadLetters.count();
    await stage.open();
    const restMillis = await tortureUntilRest(options, { stage, save });
    if (options.stopped.aborted) return undefined;
    const report = await auditOf(options);
    await stage.close();
    record.stops += stage.actors.length;
    save();
    return { record, audit: report, accepted: files.accepted().size, ...(await surroundings(platform, record)), restMillis };
  } catch (error) {
    if (options.stopped.aborted) return undefined; // what an interruption cuts off has failed
    throw error;
  } finally {
    await stage.clear();
    save();
  }
}

type Scene = { readonly stage: Stage; readonly save: () => void };

/** Orders and faults, then peace; how long peace took. */
async function tortureUntilRest({ platform, record, files, stopped }: TortureOptions, { stage, save }: Scene): Promise<number | undefined> {
  const { clock, config } = platform;
  const [over, gaveUp] = [new AbortController(), new AbortController()];
  let open = 0;
  const customers = placeOrdersUntil({
    record,
    files,
    faces: () => stage.faces(),
    open: () => open,
    over: over.signal,
    gaveUp: gaveUp.signal,
  });
  const random = seededRandom((record.seed * 1_000_003 + killsOf(record) * 7_919 + record.zombies) >>> 0);
  const faults = doFaults({ stage, record, random, sessionTimeoutMillis: config.sessionTimeoutMillis, onFault: save, stopped });
  const show = progress(record, files);
  let faulting = true;
  const done = faults.finally(() => {
    faulting = false;
  });
  done.catch(() => {}); // awaited below
  try {
    while (faulting) {
      open = await sagasUnderWay(platform);
      show(`${open} sagas under way`, clock.now());
      await wait(LOOK_MILLIS);
    }
    await done;
    over.abort();
    const calm = clock.now();
    setTimeout(() => gaveUp.abort(), REST_MILLIS).unref();
    stopped.addEventListener("abort", () => gaveUp.abort(), { once: true });
    await customers;
    while (!stopped.aborted && clock.now() - calm < REST_MILLIS) {
      stage.check();
      const reason = await unrest(platform, files.accepted());
      if (reason === undefined) return clock.now() - calm;
      show(reason, clock.now());
      await clock.sleep(LOOK_MILLIS, stopped);
    }
    return undefined;
  } finally {
    over.abort();
    gaveUp.abort();
    await customers;
  }
}

function auditOf({ platform, record, files }: TortureOptions): Promise<AuditReport> {
  const { bus, store, codec, ids, clock, config } = platform;
  const group = `audit-${ids.messageId("torture", [record.run, clock.now()])}`;
  // On servers that others use as well, only the orders of this run are judged.
  const shared = config.target === "embedded" ? {} : { concerns: (customer: string) => customer === customerOf(record.run) };
  return audit({ bus, store, codec, sagaFacts, group, thorough: true, accepted: files.accepted(), ...shared });
}

type Surroundings = Pick<TortureResult, "deadLetters" | "sessionTimeoutMillis" | "servers">;

async function surroundings({ config, store }: Platform, { deadLettersBefore = 0 }: TortureRecord): Promise<Surroundings> {
  const servers = config.target === "embedded" ? `SQLite ${process.versions["sqlite"] ?? "of Node"}` : nativeServers();
  const { sessionTimeoutMillis } = config;
  const deadLetters = (await store.deadLetters.count()) - deadLettersBefore;
  return { deadLetters, sessionTimeoutMillis, servers: `Node ${process.versions.node}, ${servers}` };
}

/** The versions that `npm run servers` starts. */
function nativeServers(): string {
  const file = new URL("../../../../infra/native/versions.json", import.meta.url);
  const { kafka, mongodb } = JSON.parse(readFileSync(file, "utf8")) as { readonly [server: string]: { readonly version: string } }; // ours
  return `Kafka ${kafka?.version}, MongoDB ${mongodb?.version}`;
}

function progress(record: TortureRecord, files: TortureFiles): (rest: string, now: number) => void {
  const line = new ProgressLine(process.stderr);
  return (rest, now) => {
    const kills = KILL_POINTS.map((point) => `${point} ${record.kills[point]}`).join(" ");
    const { wanted, zombies } = record;
    line.show(
      `kills ${killsOf(record)}/${wanted.kills} (${kills})   zombies ${zombies}/${wanted.zombies}   orders ${files.accepted().size}   ${rest}`,
      now,
    );
  };
}
