import { nearest, TroupeError } from "@troupe/kernel";
import { parse, runMain, strictCommand } from "./compose/run-main.ts";
import { ROLE_NAMES, startProcess } from "./compose/start-process.ts";
import { terminalLog } from "./compose/terminal-log.ts";
import { untilSignal } from "./compose/until-signal.ts";
import { readConfig } from "./config.ts";

/** `npm run role -- payments`: some of the roles as a process of their own, on the same data or servers. */
await runMain(async () => {
  const command = strictCommand("npm run role --")
    .description(`Runs roles as a process of their own until Ctrl-C. Roles: ${ROLE_NAMES.join(", ")}.`)
    .argument("<roles...>", `one or more of ${ROLE_NAMES.join(", ")}`)
    .option("--on <target>", "embedded or native")
    .option("--data <dir>", "folder of the embedded data file")
    .option("--port <port>", "HTTP port; 0 takes a free one", "0");
  if (!(await parse(command, process.argv.slice(2)))) return 0;
  const roles = command.processedArgs[0] as readonly string[]; // commander gives a variadic argument as a list
  for (const role of roles) {
    if (ROLE_NAMES.includes(role)) continue;
    const near = nearest(role, ROLE_NAMES);
    throw new TroupeError("OPTION_INVALID", {
      option: "role",
      found: role,
      allowed: near === undefined ? ROLE_NAMES.join(", ") : `${ROLE_NAMES.join(", ")} (did you mean ${near}?)`,
    });
  }
  const { on, data, port } = command.opts<{ readonly on?: string; readonly data?: string; readonly port: string }>();
  const config = readConfig(process.env, {
    port,
    ...(on === undefined ? {} : { target: on }),
    ...(data === undefined ? {} : { dataDir: data }),
  });
  const stopped = untilSignal();
  const running = await startProcess(config, roles, terminalLog(config));
  process.stderr.write(`troupe: ${roles.join(", ")} on ${config.target}, ${running.http.address}; Ctrl-C stops\n`);
  await new Promise<void>((resolve) => {
    if (stopped.aborted) resolve();
    stopped.addEventListener("abort", () => resolve(), { once: true });
  });
  await running.stop();
  return 0;
});
