import { actCommand } from "./commands/act.ts";
import { activateCommand } from "./commands/activate.ts";
import { checkCommand } from "./commands/check.ts";
import { diagramCommand } from "./commands/diagram.ts";
import { proveCommand } from "./commands/prove.ts";
import { replayCommand } from "./commands/replay.ts";
import { runMain } from "./compose/run-main.ts";
import { type Command, commandOf } from "./operate/command-group.ts";
import { OPERATE } from "./operate/commands.ts";

/** Name to what it does with the rest of the line; each gives the exit code. */
const COMMANDS: { readonly [name: string]: Command } = {
  check: checkCommand,
  prove: proveCommand,
  diagram: diagramCommand,
  ...OPERATE,
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

  dead-letters list|show|redrive|drop   records that nobody could read or take
  parked list|show|retry|drop           keys whose records wait, because the first of them can't be folded

Each command tells more with --help.
`;

/** `npm run troupe -- COMMAND`. */
await runMain(async () => {
  const [name = "--help", ...args] = process.argv.slice(2);
  if (name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  return commandOf(name, COMMANDS)(args);
});
