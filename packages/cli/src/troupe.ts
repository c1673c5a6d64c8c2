import { nearest, TroupeError } from "@troupe/kernel";
import { actCommand } from "./commands/act.ts";
import { activateCommand } from "./commands/activate.ts";
import { checkCommand } from "./commands/check.ts";
import { diagramCommand } from "./commands/diagram.ts";
import { proveCommand } from "./commands/prove.ts";
import { replayCommand } from "./commands/replay.ts";
import { runMain } from "./compose/run-main.ts";

/** Name to what it does with the rest of the line; each gives the exit code. */
const COMMANDS: { readonly [name: string]: (args: readonly string[]) => Promise<number> } = {
  check: checkCommand,
  prove: proveCommand,
  diagram: diagramCommand,
  replay: replayCommand,
  activate: activateCommand,
  act: actCommand,
};

const HELP = `Usage: npm run troupe -- <command> [options]

  check FILE...    names everything that is wrong in saga definitions, with line and column
  prove FILE       explores a definition: does every path end, with everything done once or undone?
  diagram FILE     draws a definition as Mermaid, or with --svg as an image
  replay FILE      says which stored sagas would have fared otherwise under this definition
  activate SAGA N  lets version N of a saga take new ones again
  act ACT SAGA/ID  acts on a running saga as an operator: retry, settle, waive and so on

Each command tells more with --help.
`;

/** `npm run troupe -- check|prove|diagram|replay|activate|act`. */
await runMain(async () => {
  const [name = "--help", ...args] = process.argv.slice(2);
  if (name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined) return command(args);
  const names = Object.keys(COMMANDS);
  const near = nearest(name, names);
  throw new TroupeError("OPTION_UNKNOWN", {
    option: name,
    allowed: near === undefined ? `commands are ${names.join(", ")}` : `did you mean ${near}?`,
  });
});
