import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { openPlatform } from "./compose/open-platform.ts";
import { parse, runMain, strictCommand, wholeNumber } from "./compose/run-main.ts";
import { terminalLog } from "./compose/terminal-log.ts";
import { untilSignal } from "./compose/until-signal.ts";
import { type Config, readConfig } from "./config.ts";
import { PROGRAM } from "./torture/actor.ts";
import { endLeftovers } from "./torture/leftovers.ts";
import { TortureFiles, type TortureRecord } from "./torture/record.ts";
import { isSound, torturePage, tortureTable } from "./torture/report.ts";
import { runTorture } from "./torture/run-torture.ts";

type TortureCommand = {
  readonly on?: string;
  readonly kills: number;
  readonly zombies: number;
  readonly seed: number;
  readonly report?: string;
  readonly data: string;
  readonly resume: boolean;
};

const FOLDER = ".troupe/torture";
/** Short, so that partitions of the dead move while others still work; a stall of a loaded machine stays below it. */
const SESSION_MILLIS: { readonly [target in Config["target"]]: string } = { embedded: "2000", native: "3000" };
const NO_KILLS: TortureRecord["kills"] = { random: 0, fp1: 0, fp2: 0, fp3: 0, fp4: 0, fp5: 0, fp6: 0 };

/** `npm run torture`: kills and stalls the processes of the platform while orders flow, then lets the auditor judge. */
await runMain(async () => {
  const command = strictCommand("npm run torture --")
    .description("Kills and stalls the platform's processes while orders flow, then audits: lost, doubled, out of order, unended.")
    .option("--on <target>", "embedded, or native (servers that are up; what others do on them is left alone)")
    .option(
      "--kills <n>",
      "processes to kill -9, at random moments and at fail points",
      wholeNumber("--kills", { min: 0, max: 100_000 }),
      60,
    )
    .option(
      "--zombies <n>",
      "processes to stop for longer than their session, and wake",
      wholeNumber("--zombies", { min: 0, max: 100_000 }),
      20,
    )
    .option("--seed <s>", "which faults, and which orders", wholeNumber("--seed", { min: 0, max: 4_294_967_295 }), 1)
    .option("--report <file>", "write a page about the run")
    .option("--data <dir>", "folder for the run's files", FOLDER)
    .option("--resume", "go on with the run of this target that was interrupted", false);
  if (!(await parse(command, process.argv.slice(2)))) return 0;
  const options = command.opts<TortureCommand>();
  const config = configOf(options);
  const files = new TortureFiles(join(options.data, config.target));
  endLeftovers(files.leftovers(), PROGRAM);
  const record = options.resume ? files.resume() : freshRecord(config, options);
  if (!options.resume) files.begin(record);
  const stopped = untilSignal();
  const platform = await openPlatform(config, terminalLog(config));
  try {
    const result = await runTorture({ platform, record, files, stopped });
    if (result === undefined) {
      process.stderr.write(`interrupted; go on with: npm run torture -- --on ${config.target} --resume\n`);
      return 130;
    }
    process.stdout.write(`torture on ${config.target}, seed ${record.seed}\n${tortureTable(result)}\n`);
    for (const { kind, order, text } of result.audit.findings.slice(0, 20)) process.stdout.write(`  ${kind}: order ${order}: ${text}\n`);
    if (options.report !== undefined) writePage(options.report, torturePage(result, new Date().toISOString().slice(0, 10)));
    return isSound(result) ? 0 : 1;
  } finally {
    await platform.close();
  }
});

function configOf({ on, data }: TortureCommand): Config {
  const target = on === undefined ? {} : { target: on };
  const chosen = readConfig(process.env, target);
  const session = process.env["TROUPE_SESSION_TIMEOUT"] ?? SESSION_MILLIS[chosen.target];
  return readConfig(process.env, { ...target, dataDir: join(data, chosen.target, "data"), sessionTimeoutMillis: session });
}

function freshRecord({ target }: Config, { seed, kills, zombies }: TortureCommand): TortureRecord {
  const wanted = { kills, zombies };
  const nothing = {
    zombies: 0,
    zombiesReplaced: 0,
    stops: 0,
    starts: 0,
    nextOrder: 0,
    refused: [],
    millis: 0,
    deadLettersBefore: undefined,
    interruptions: 0,
    pids: [],
  };
  return { run: Date.now().toString(36), target, seed, wanted, kills: NO_KILLS, ...nothing };
}

function writePage(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  process.stdout.write(`  written: ${file}\n`);
}
