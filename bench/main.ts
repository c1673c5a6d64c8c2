import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parse, runMain, strictCommand, wholeNumber } from "@troupe/cli/compose";
import { nearest, TroupeError } from "@troupe/kernel";
import { layersOf } from "./measure/profile-layers.ts";
import { type Measured, profileTable, resultTable, summaryOf } from "./report.ts";
import type { RoundFigures, RoundOptions } from "./round.ts";
import { runChild } from "./run-child.ts";
import { WORKLOADS } from "./workloads/all.ts";
import type { Workload } from "./workloads/workload.ts";

type Given = {
  readonly workload: string;
  readonly on: "embedded" | "native";
  readonly inFlight: string;
  readonly seconds: number;
  readonly warmUp: number;
  readonly rounds: number;
  readonly floor: boolean;
  readonly profile: boolean;
  readonly json: boolean;
};

type Options = Omit<Given, "workload" | "inFlight"> & { readonly workload: Workload; readonly inFlight: readonly number[] };

/** `npm run bench`: a workload at rising numbers in flight, round after round, each with the verdict of the same run. Exit 1 when one has a fault. */
await runMain(async () => {
  const command = strictCommand("npm run bench --")
    .description(
      "Measures sagas per second, times from start to finish and what they cost, and checks in the same run that all of them are right.",
    )
    .option(
      "--workload <name>",
      [...WORKLOADS.values()].map(({ name, title }) => `${name}: ${title}`).join("; "),
      (text: string) => workloadNamed(text).name,
      "W1",
    )
    .option(
      "--on <target>",
      "embedded (nothing installed) or native (Kafka, registry, MongoDB; `npm run servers -- up`)",
      target,
      "embedded",
    )
    .option("--in-flight <list>", "sagas under way at any time, several separated by commas", "16,64,256,1024")
    .option("--seconds <n>", "of each measured round", wholeNumber("--seconds", { min: 1, max: 3_600 }), 8)
    .option("--warm-up <n>", "seconds before it that do not count", wholeNumber("--warm-up", { min: 0, max: 600 }), 3)
    .option(
      "--rounds <n>",
      "of each number in flight; the table shows the median with the lowest and the highest",
      wholeNumber("--rounds", { min: 1, max: 100 }),
      3,
    )
    .option("--floor", "measures the bare store in turn with each round and shows the share of it (embedded)", false)
    .option("--profile", "one more round at the largest number in flight, with self time by layer", false)
    .option("--json", "all rounds as one JSON line at the end of stdout", false);
  if (!(await parse(command, process.argv.slice(2)))) return 0;
  const given = command.opts<Given>();
  const options: Options = { ...given, workload: workloadNamed(given.workload), inFlight: numbers(given.inFlight) };
  if (options.floor && options.on !== "embedded")
    throw new TroupeError("OPTION_INVALID", { option: "--floor", found: "with --on native", allowed: "with --on embedded only" });
  const measured = await measure(options);
  const faults = measured.flatMap(({ rounds }) => rounds.flatMap(({ verdict }) => verdict.faults));
  if (faults.length > 0) {
    process.stdout.write(`No figures: a run that is wrong is not fast.\n${faults.slice(0, 10).join("\n")}\n`);
    return 1;
  }
  const { name, title } = options.workload;
  process.stdout.write(`${name} on ${options.on}: ${title}; ${machine()}\n${resultTable(measured)}\n`);
  if (options.profile) process.stdout.write(`\n${profileTable(await profile(options))}\n`);
  if (options.json)
    process.stdout.write(`${JSON.stringify({ workload: name, on: options.on, machine: machine(), results: measured.map(summaryOf) })}\n`);
  return 0;
});

async function measure(options: Options): Promise<readonly Measured[]> {
  const { workload, on, seconds, warmUp, floor } = options;
  const measured: Measured[] = [];
  for (const inFlight of options.inFlight) {
    const rounds: RoundFigures[] = [];
    const floors: number[] = [];
    for (let round = 1; round <= options.rounds; round++) {
      process.stderr.write(`${workload.name} with ${inFlight} in flight, round ${round} of ${options.rounds}\n`);
      rounds.push(await runRound({ workload: workload.name, on, inFlight, seconds, warmUp }));
      if (floor) floors.push(await runFloor(options, inFlight));
    }
    measured.push({ inFlight, rounds, floors });
  }
  return measured;
}

async function runRound(options: RoundOptions): Promise<RoundFigures> {
  return (await runChild("round.ts", options)) as RoundFigures; // what round.ts prints
}

/** In turn with the engine's rounds, so that both meet the same machine. */
async function runFloor({ workload, seconds, warmUp }: Options, inFlight: number): Promise<number> {
  const options = { steps: workload.floor.records, recordBytes: workload.floor.recordBytes, inFlight, seconds, warmUp };
  return ((await runChild("floor/embedded-floor.ts", options)) as { readonly sagasPerSecond: number }).sagasPerSecond; // what it prints
}

async function profile({ workload, on, seconds, warmUp, inFlight }: Options) {
  const folder = mkdtempSync(join(tmpdir(), "troupe-profile-"));
  try {
    process.stderr.write(`${workload.name}, profiled\n`);
    const file = join(folder, "profile.json");
    await runRound({ workload: workload.name, on, inFlight: Math.max(...inFlight), seconds, warmUp, profile: file });
    return layersOf(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function machine(): string {
  return `${cpus().length} x ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}`;
}

function workloadNamed(name: string): Workload {
  const workload = WORKLOADS.get(name.toUpperCase());
  if (workload !== undefined) return workload;
  const names = [...WORKLOADS.keys()];
  const near = nearest(name.toUpperCase(), names);
  throw new TroupeError("OPTION_INVALID", {
    option: "--workload",
    found: name,
    allowed: `${names.join(", ")}${near === undefined ? "" : ` (did you mean ${near}?)`}`,
  });
}

function target(text: string): "embedded" | "native" {
  if (text === "embedded" || text === "native") return text;
  throw new TroupeError("OPTION_INVALID", { option: "--on", found: text, allowed: "embedded or native" });
}

function numbers(text: string): readonly number[] {
  return text.split(",").map(wholeNumber("--in-flight", { min: 1, max: 100_000 }));
}
