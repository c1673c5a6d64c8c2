import { TroupeError } from "@troupe/kernel";

/** Reads `--name value` and, for names in `switches`, `--name` alone. Throws OPTION_UNKNOWN, OPTION_INVALID. */
export function readOptions(
  args: readonly string[],
  names: readonly string[],
  switches: readonly string[] = [],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let at = 0; at < args.length; at++) {
    const option = args[at] ?? "";
    const name = option.replace(/^--/, "");
    if (switches.includes(name)) found.set(name, "yes");
    else if (names.includes(name)) found.set(name, args[++at] ?? "");
    else
      throw new TroupeError("OPTION_UNKNOWN", {
        option,
        allowed: `options are ${[...names, ...switches].map((each) => `--${each}`).join(", ")}`,
      });
  }
  return found;
}

/** A whole number or a fraction from `least` on. Throws OPTION_INVALID. */
export function numberOf(options: ReadonlyMap<string, string>, name: string, otherwise: number): number {
  const text = options.get(name);
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new TroupeError("OPTION_INVALID", { option: `--${name}`, found: text, allowed: "a number from 0 on" });
}
