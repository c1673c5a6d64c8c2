import { explain, nearest, TroupeError } from "@troupe/kernel";
import { Command, CommanderError } from "commander";

/** Runs a main function: whatever it throws becomes one sentence on stderr and exit code 1, never a stack trace. */
export async function runMain(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  }
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
    const allowed = command.options.map(({ long }) => long ?? "").filter((option) => option !== "");
    const option = /'([^']+)'/.exec(error.message)?.[1] ?? error.message;
    const near = nearest(option, allowed);
    throw new TroupeError(
      "OPTION_UNKNOWN",
      { option, allowed: near === undefined ? `known are ${allowed.join(", ")}` : `did you mean ${near}?` },
      error,
    );
  }
}

/** A whole number option. Throws OPTION_INVALID. */
export function wholeNumber(option: string, { min, max }: { readonly min: number; readonly max: number }): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new TroupeError("OPTION_INVALID", { option, found: text, allowed: `a whole number from ${min} to ${max}` });
  };
}
