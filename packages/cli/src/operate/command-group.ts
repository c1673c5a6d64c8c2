import { nearest, TroupeError } from "@troupe/kernel";

/** Takes the rest of the line, gives the exit code. */
export type Command = (args: readonly string[]) => Promise<number>;
export type Commands = { readonly [name: string]: Command };

/** Throws OPTION_UNKNOWN with the nearest name. */
export function commandOf(name: string, commands: Commands): Command {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command !== undefined) return command;
  const names = Object.keys(commands);
  const near = nearest(name, names);
  throw new TroupeError("OPTION_UNKNOWN", {
    option: name,
    allowed: near === undefined ? `commands are ${names.join(", ")}` : `did you mean ${near}?`,
  });
}

/** A command with commands of its own. */
export function group(name: string, commands: Commands): Command {
  return async ([inner = "--help", ...args]) => {
    if (inner !== "--help" && inner !== "-h" && inner !== "help") return commandOf(inner, commands)(args);
    process.stdout.write(`Usage: npm run troupe -- ${name} ${Object.keys(commands).join("|")} [options]\n\nEach tells more with --help.\n`);
    return 0;
  };
}
