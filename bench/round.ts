import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPlatform, type Platform, readConfig, readDefinitions, terminalLog } from "@troupe/cli/compose";
import { explain } from "@troupe/kernel";
import { coordinatorRole } from "@troupe/saga-coordinator";
import type { Role } from "@troupe/service-kit";
import { ClosedLoop, type Driven } from "./drive/closed-loop.ts";
import { watchEnds } from "./drive/ended-sagas.ts";
import { type Account, peakMemoryMiB, readAccount } from "./measure/process-account.ts";
import { profiled } from "./measure/profiled.ts";
import { judge, type Verdict } from "./verdict.ts";
import { WORKLOADS } from "./workloads/all.ts";
import type { Workload } from "./workloads/workload.ts";

/** What one round is told, as JSON in its only argument. Seconds; `warmUp` comes before and is not counted. */
export type RoundOptions = {
  readonly workload: string;
  readonly on: "embedded" | "native";
  readonly inFlight: number;
  readonly seconds: number;
  readonly warmUp: number;
  /** File that the CPU profile of the measured time goes to. */
  readonly profile?: string;
};

/** What one round says, as one JSON line on stdout. Times in milliseconds, memory in MiB. */
export type RoundFigures = {
  readonly sagasPerSecond: number;
  readonly transitionsPerSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  readonly cpuMillisPerTransition: number;
  readonly bytesPerTransition: number;
  readonly peakMemoryMiB: number;
  readonly dataMiB: number;
  readonly verdict: Verdict;
};

const DRAIN_MILLIS = 120_000;

/** Coordinator, participants and load in this one process, on data of its own. */
async function round(options: RoundOptions): Promise<RoundFigures> {
  const workload = WORKLOADS.get(options.workload);
  if (workload === undefined) throw new TypeError(`no workload ${options.workload}`);
  const dataDir = mkdtempSync(join(tmpdir(), "troupe-bench-"));
  const config = readConfig(process.env, { dataDir, target: options.on });
  const platform = await openPlatform(config, terminalLog({ ...config, logLevel: "error" }));
  const roles = await rolesOf(platform, workload);
  try {
    for (const role of roles) await role.start();
    const { loop, driven, accounts } = await drive(platform, workload, options);
    const verdict = await judge(platform, workload, loop.started);
    return { ...figures(driven, accounts, workload), dataMiB: sizeOf(dataDir), verdict: withOpen(verdict, loop.inFlight) };
  } finally {
    await Promise.allSettled(roles.map((role) => role.stop()));
    await platform.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function rolesOf(platform: Platform, { definitions, participants }: Workload): Promise<readonly Role[]> {
  return [
    await coordinatorRole(platform.ports("saga-coordinator"), { definitions: readDefinitions(definitions) }),
    ...participants.map(({ name, role }) => role(platform.ports(name))),
  ];
}

async function drive(platform: Platform, workload: Workload, { inFlight, warmUp, seconds, profile }: RoundOptions) {
  const run = platform.ids.messageId("bench", [platform.clock.now(), platform.random.next()]);
  const loop = new ClosedLoop({
    idOf: (n) => workload.idOf(platform.ids, run, n),
    start: (sagaIds) => start(platform, workload, sagaIds),
  });
  const watching = await watchEnds(platform.bus, `bench-${run}`, (sagaId) => loop.saw(sagaId));
  await loop.drive(inFlight, warmUp * 1000);
  const before = readAccount();
  const driven = await profiled(profile, () => loop.drive(inFlight, seconds * 1000));
  const accounts = { before, after: readAccount() };
  await loop.drain(DRAIN_MILLIS);
  await watching.stop();
  return { loop, driven, accounts };
}

async function start({ bus, codec, clock, ids }: Platform, workload: Workload, sagaIds: readonly string[]): Promise<void> {
  const time = clock.now();
  const records = sagaIds.map((sagaId) => {
    const { name, payload } = workload.startOf(sagaId, time);
    const envelope = { id: ids.messageId("bench.start", [sagaId]), type: name, source: "/bench", time, tenant: "default" };
    return codec.encode({ envelope: { ...envelope, correlationId: sagaId }, payload });
  });
  await bus.publish(records);
}

type Accounts = { readonly before: Account; readonly after: Account };

function figures({ ended, seconds, latency }: Driven, { before, after }: Accounts, workload: Workload) {
  const transitions = ended * workload.transitions;
  const millis = (micros: number): number => Number((micros / 1000).toFixed(2));
  return {
    sagasPerSecond: Number((ended / seconds).toFixed(1)),
    transitionsPerSecond: Math.round(transitions / seconds),
    p50: millis(latency.percentile(50)),
    p95: millis(latency.percentile(95)),
    p99: millis(latency.percentile(99)),
    max: millis(latency.max),
    cpuMillisPerTransition: Number(((after.cpuMillis - before.cpuMillis) / transitions).toFixed(3)),
    bytesPerTransition: Math.round((after.bytesWritten - before.bytesWritten) / transitions),
    peakMemoryMiB: peakMemoryMiB(),
  };
}

function withOpen(verdict: Verdict, open: number): Verdict {
  return open === 0 ? verdict : { ...verdict, faults: [`${open} sagas did not end`, ...verdict.faults] };
}

function sizeOf(folder: string): number {
  const { size = 0 } = statSync(join(folder, "troupe.db"), { throwIfNoEntry: false }) ?? {};
  return Math.round(size / 2 ** 20);
}

try {
  process.stdout.write(`${JSON.stringify(await round(JSON.parse(process.argv[2] ?? "{}")))}\n`);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
