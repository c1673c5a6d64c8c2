import { TroupeError } from "@troupe/kernel";
import { removeData } from "./compose/open-platform.ts";
import { parse, runMain, strictCommand, wholeNumber } from "./compose/run-main.ts";
import { ROLE_NAMES, startProcess } from "./compose/start-process.ts";
import { terminalLog } from "./compose/terminal-log.ts";
import { untilSignal } from "./compose/until-signal.ts";
import { readConfig } from "./config.ts";
import { runDemo } from "./demo/run-demo.ts";

type DevOptions = {
  readonly orders: number;
  readonly seed: number;
  readonly exit: boolean;
  readonly json: boolean;
  readonly fresh: boolean;
  readonly on?: string;
  readonly data?: string;
  readonly port?: string;
};

/** `npm start`: everything in one process, orders placed over HTTP, a table at the end. */
await runMain(async () => {
  const command = strictCommand("npm start --")
    .description("Runs bus, documents, registry, four services and the coordinator in one process and places orders over HTTP.")
    .option("--orders <n>", "number of orders to place", wholeNumber("--orders", { min: 0, max: 1_000_000 }), 100)
    .option("--seed <s>", "the same seed gives the same outcomes", wholeNumber("--seed", { min: 0, max: 4_294_967_295 }), 1)
    .option("--exit", "stop after the table; exit code 0 only when every saga ended and the books balance", false)
    .option("--json", "the same facts as one JSON line at the end of stdout", false)
    .option("--on <target>", "embedded (nothing installed) or native (Kafka, registry, MongoDB)")
    .option("--data <dir>", "folder of the embedded data file")
    .option("--port <port>", "HTTP port; 0 takes a free one")
    .option("--fresh", "remove the data folder's data first (embedded)", false);
  if (!(await parse(command, process.argv.slice(2)))) return 0;
  const options = command.opts<DevOptions>();
  const config = readConfig(process.env, {
    ...(options.on === undefined ? {} : { target: options.on }),
    ...(options.data === undefined ? {} : { dataDir: options.data }),
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  if (options.fresh && config.target !== "embedded") {
    throw new TroupeError("OPTION_INVALID", {
      option: "--fresh",
      found: config.target,
      allowed: "embedded; empty the native servers with `npm run servers -- reset`",
    });
  }
  const stopped = untilSignal();
  if (options.fresh) removeData(config);
  const running = await startProcess(config, ROLE_NAMES, terminalLog(config));
  try {
    return await runDemo(running, { ...options, startedAt: Number(process.env["TROUPE_CLONE_STARTED_AT"] ?? Date.now()), stopped });
  } finally {
    await running.stop();
  }
});
