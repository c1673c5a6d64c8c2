import { parseArgs } from "node:util";
import { TroupeError } from "@troupe/kernel";
import { MUTANTS } from "../mutants/list.ts";
import type { Mode } from "../world/scenario.ts";

export type Options = {
  /** Undefined: as many as the time allows. */
  readonly seeds: number | undefined;
  readonly seed: number;
  readonly minutes: number | undefined;
  readonly mode: Mode | undefined;
  readonly threads: number | undefined;
  readonly mutant: string | undefined;
  readonly mutants: boolean;
  readonly trace: boolean;
  /** Faults of the seed that are left out. */
  readonly without: readonly number[];
  readonly help: boolean;
};

export const HELP = `npm run simulate -- [options]

The real core, loop and service kit on simulated servers, from seeds. Ends with 1 when a law of the engine was broken,
or when a rare state was never reached.

  --seeds N         how many seeds to run; 10,000 when neither this nor --minutes is given
  --minutes M       run for so long
  --seed S          the first seed, 1 when not given; alone or with --trace: only this one
  --mode WAY        atomic or staged; both, drawn by seed, when not given
  --trace           print the whole timeline of one seed
  --without 3,7     leave these faults of the seed out, as a shrunk schedule says
  --mutants         break the protocol in each known way, and fail when a run does not notice
  --mutant NAME     break it in this way only
  --threads N       how many threads; one for each core when not given
  --help            this text
`;

const DEFAULT_SEEDS = 10_000;
const STRINGS = ["seeds", "seed", "minutes", "mode", "threads", "mutant", "without"] as const;
const SWITCHES = ["trace", "mutants", "help"] as const;

/** Throws OPTION_UNKNOWN or OPTION_INVALID. */
export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  const text = (name: string): string | undefined => (typeof values[name] === "string" ? values[name] : undefined);
  const number = (name: string, least: number): number | undefined => numberOf(name, { found: text(name), least });
  const minutes = number("minutes", 0);
  const seed = number("seed", 0);
  const trace = values["trace"] === true;
  const alone = seed !== undefined && text("seeds") === undefined && minutes === undefined;
  const otherwise = minutes !== undefined ? undefined : alone ? 1 : DEFAULT_SEEDS;
  return {
    seeds: trace ? 1 : (number("seeds", 1) ?? otherwise),
    seed: seed ?? 1,
    minutes,
    mode: oneOf("mode", text("mode"), ["atomic", "staged"]),
    threads: number("threads", 1),
    mutant: oneOf(
      "mutant",
      text("mutant"),
      MUTANTS.map(({ name }) => name),
    ),
    mutants: values["mutants"] === true,
    trace,
    without: numbersOf(text("without")),
    help: values["help"] === true,
  };
}

function parse(args: readonly string[]): { readonly [name: string]: string | boolean | undefined } {
  const options = Object.fromEntries([
    ...STRINGS.map((name) => [name, { type: "string" as const }]),
    ...SWITCHES.map((name) => [name, { type: "boolean" as const }]),
  ]);
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const found: { [name: string]: string | boolean | undefined } = {};
  for (const token of tokens) {
    const name = token.kind === "option" ? token.name : undefined;
    if (name === undefined || !Object.hasOwn(options, name)) {
      const option = token.kind === "option" ? token.rawName : token.kind === "positional" ? token.value : "--";
      throw new TroupeError("OPTION_UNKNOWN", {
        option,
        allowed: `options are ${Object.keys(options)
          .map((each) => `--${each}`)
          .join(", ")}`,
      });
    }
    const value = token.kind === "option" ? token.value : undefined;
    found[name] = SWITCHES.some((known) => known === name) ? true : (value ?? "");
  }
  return found;
}

function numberOf(name: string, { found, least }: { readonly found: string | undefined; readonly least: number }): number | undefined {
  if (found === undefined) return undefined;
  const value = Number(found.replaceAll("_", ""));
  const isFine = found.trim() !== "" && value >= least && value <= 4_294_967_295 && (name === "minutes" || Number.isInteger(value));
  if (isFine) return value;
  throw new TroupeError("OPTION_INVALID", {
    option: `--${name}`,
    found,
    allowed: `a ${name === "minutes" ? "" : "whole "}number from ${least} on`,
  });
}

function oneOf<Name extends string>(name: string, found: string | undefined, allowed: readonly Name[]): Name | undefined {
  if (found === undefined) return undefined;
  const known = allowed.find((each) => each === found);
  if (known !== undefined) return known;
  throw new TroupeError("OPTION_INVALID", { option: `--${name}`, found, allowed: allowed.join(", ") });
}

function numbersOf(found: string | undefined): readonly number[] {
  if (found === undefined) return [];
  if (/^\d+(,\d+)*$/.test(found)) return found.split(",").map(Number);
  throw new TroupeError("OPTION_INVALID", { option: "--without", found, allowed: "numbers of faults with commas between them" });
}
