import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPlatform } from "./compose/open-platform.ts";
import { parse, runMain, strictCommand, wholeNumber } from "./compose/run-main.ts";
import { terminalLog } from "./compose/terminal-log.ts";
import { untilSignal } from "./compose/until-signal.ts";
import { readConfig } from "./config.ts";
import { outcomeTable } from "./examples/outcome.ts";
import { exampleNamed, runExample } from "./examples/run-example.ts";

type Options = { readonly count: number; readonly seed: number; readonly on?: string; readonly json: boolean };
const FOLDER = join("sagas", "examples");

/** `npm run example -- NAME`: sagas of one example end to end, with stand-ins for everybody whom they ask. */
await runMain(async () => {
  const command = strictCommand("npm run example --")
    .argument("<name>", `a definition of ${FOLDER}, e.g. travel-booking`)
    .description("Runs one example saga many times on a real bus and store, with stand-ins for its participants, and audits the outcome.")
    .option("--count <n>", "sagas to start", wholeNumber("--count", { min: 1, max: 10_000 }), 100)
    .option("--seed <s>", "the same seed gives the same outcomes", wholeNumber("--seed", { min: 0, max: 4_294_967_295 }), 1)
    .option("--on <target>", "embedded (nothing installed) or native (Kafka, registry, MongoDB)")
    .option("--json", "the outcome as one JSON line at the end of stdout", false);
  if (!(await parse(command, process.argv.slice(2)))) return 0;
  const { count, seed, on, json } = command.opts<Options>();
  const [name = ""] = command.args;
  const file = exampleNamed(FOLDER, name);
  const dataDir = mkdtempSync(join(tmpdir(), "troupe-example-"));
  const config = readConfig(process.env, { dataDir, ...(on === undefined ? {} : { target: on }) });
  const platform = await openPlatform(config, terminalLog({ ...config, logLevel: "error" }));
  try {
    const outcome = await runExample(platform, { file, folder: FOLDER, count, seed, stopped: untilSignal() });
    process.stdout.write(`${outcomeTable(outcome, `${name} on ${config.target}, ${count} sagas, seed ${seed}`)}\n`);
    if (json) process.stdout.write(`${JSON.stringify({ name, target: config.target, count, seed, ...outcome })}\n`);
    return outcome.faults.length === 0 ? 0 : 1;
  } finally {
    await platform.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
