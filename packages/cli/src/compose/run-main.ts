import { explain, nearest, TroupeError } from "@troupe/kernel";
import { Command, CommanderError } from "commander";

/** Runs a main function: whatever it throws becomes one sentence on stderr and exit code 1, never a stack trace. */
export async function runMain(main: () => Promise<number>): Promise<void> {
  process.stdout.on("error", endWithReader);
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  }
}

/** Whoever reads the output, `head` for one, may have had enough: that is no failure. */
function endWithReader(error: Error): void {
  if (!("code" in error) || error.code !== "EPIPE") throw error;
  process.exit();
}

/** A command whose mistakes are TroupeErrors: OPTION_UNKNOWN names the nearest option. */
export function strictCommand(name: string): Command {
  return new Command(name)
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({ writeErr: () => {}, outputError: () => {} })
    .helpOption("-h, --help", "show this help");
}

/** Parses argv. Returns false when help was shown. Throws OPTION_UNKNOWN or OPTION_INVALID. */
export async function parse(command: Command, argv: readonly string[]): Promise<boolean> {
  try {
    await command.parseAsync([...argv], { from: "user" });
    return true;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed" || error.code === "commander.help") return false;
    throw mistakeOf(command, error);
  }
}

/** commander says what is wrong in its own words; ours name the value and what is allowed. */
function mistakeOf(command: Command, error: CommanderError): TroupeError {
  const quoted = /'([^']+)'/.exec(error.message)?.[1] ?? error.message;
  if (error.code === "commander.optionMissingArgument") {
    const option = command.options.find(({ flags }) => flags === quoted);
    return new TroupeError(
      "OPTION_INVALID",
      { option: option?.long ?? quoted, found: undefined, allowed: option?.description ?? "a value" },
      error,
    );
  }
  if (error.code === "commander.missingArgument") {
    const argument = command.registeredArguments.find((known) => known.name() === quoted);
    return new TroupeError("OPTION_INVALID", { option: quoted, found: undefined, allowed: argument?.description ?? "a value" }, error);
  }
  const found = error.code === "commander.excessArguments" ? (command.args[command.registeredArguments.length] ?? quoted) : quoted;
  const known = command.options.flatMap(({ long }) => (long === undefined || long === null ? [] : [long]));
  const near = nearest(found, known);
  return new TroupeError(
    "OPTION_UNKNOWN",
    { option: found, allowed: near === undefined ? `known are ${known.join(", ")}` : `the nearest is ${near}` },
    error,
  );
}

/** A whole number option. Throws OPTION_INVALID. */
export function wholeNumber(option: string, { min, max }: { readonly min: number; readonly max: number }): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new TroupeError("OPTION_INVALID", { option, found: text, allowed: `a whole number from ${min} to ${max}` });
  };
}
