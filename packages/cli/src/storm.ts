import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPlatform } from "./compose/open-platform.ts";
import { parse, runMain, strictCommand, wholeNumber } from "./compose/run-main.ts";
import { terminalLog } from "./compose/terminal-log.ts";
import { untilSignal } from "./compose/until-signal.ts";
import { readConfig } from "./config.ts";
import { runStorm } from "./storm/run-storm.ts";

type Options = { readonly timers: number; readonly waiting: number; readonly json: boolean };

/** `npm run storm`: a coordinator comes back after an hour, and everything is due at once. */
await runMain(async () => {
  const command = strictCommand("npm run storm --")
    .description(
      "Lets a coordinator be away for an hour (put on its clock) and come back to timers that are all due, on the embedded target.",
    )
    .option("--timers <n>", "sagas that wait, each with one timer", wholeNumber("--timers", { min: 1, max: 1_000_000 }), 100_000)
    .option("--waiting <percent>", "share of them whose success waits in the log", wholeNumber("--waiting", { min: 0, max: 100 }), 20)
    .option("--json", "the outcome as one JSON line at the end of stdout", false);
  if (!(await parse(command, process.argv.slice(2)))) return 0;
  const { timers, waiting, json } = command.opts<Options>();
  const dataDir = mkdtempSync(join(tmpdir(), "troupe-storm-"));
  const config = readConfig({}, { dataDir });
  const platform = await openPlatform(config, terminalLog({ ...config, logLevel: "error" }));
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  try {
    const outcome = await runStorm(platform, { timers, waiting: waiting / 100, stopped: untilSignal(), say: print });
    const late = outcome.waiting - outcome.completed;
    print(
      `${outcome.fired} timers fired within ${outcome.stormSeconds.toFixed(1)} s of the return, ${outcome.busiestSecond} in the busiest second`,
    );
    print(late === 0 ? "no success that waited in the log was timed out" : `${late} successes that waited in the log were timed out`);
    if (json) print(JSON.stringify(outcome));
    return late === 0 && outcome.fired === outcome.timers - outcome.waiting ? 0 : 1;
  } finally {
    await platform.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
