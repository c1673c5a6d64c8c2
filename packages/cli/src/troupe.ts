import { nearest, TroupeError } from "@troupe/kernel";
import { checkCommand } from "./commands/check.ts";
import { diagramCommand } from "./commands/diagram.ts";
import { proveCommand } from "./commands/prove.ts";
import { runMain } from "./compose/run-main.ts";

/** Name to what it does with the rest of the line; each gives the exit code. */
const COMMANDS: { readonly [name: string]: (args: readonly string[]) => Promise<number> } = {
  check: checkCommand,
  prove: proveCommand,
  diagram: diagramCommand,
};

const HELP = `Usage: npm run troupe -- <command> FILE... [options]

  check FILE...    names everything that is wrong in saga definitions, with line and column
  prove FILE       explores a definition: does every path end, with everything done once or undone?
  diagram FILE     draws a definition as Mermaid, or with --svg as an image

Each command tells more with --help.
`;

/** `npm run troupe -- check|prove|diagram`. */
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
