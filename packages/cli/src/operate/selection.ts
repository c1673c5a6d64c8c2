import { TroupeError } from "@troupe/kernel";
import { print } from "../commands/definition-file.ts";

const UNITS: { readonly [unit: string]: number } = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `--since`: `30m` ago or an ISO time, as milliseconds since the epoch. Throws OPTION_INVALID. */
export function sinceOption(now: () => number): (text: string) => number {
  return (text) => {
    const [, amount, unit = ""] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
    if (amount !== undefined) return now() - Number(amount) * (UNITS[unit] ?? 0);
    const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
    if (!Number.isNaN(at)) return at;
    throw new TroupeError("OPTION_INVALID", {
      option: "--since",
      found: text,
      allowed: "e.g. 30m, 2h, 7d, or a time such as 2026-01-31T08:00Z",
    });
  };
}

/** Something must be said about what is meant: doing it to all by mistake can't be taken back. Throws OPTION_INVALID. */
export function refuseUnspecific(ids: readonly string[], filter: object, all: boolean): void {
  if (ids.length > 0 || all || Object.values(filter).some((value) => value !== undefined)) return;
  throw new TroupeError("OPTION_INVALID", {
    option: "ids",
    found: undefined,
    allowed: "one or more ids, a filter such as --code, or --all",
  });
}

/** Ids that nothing was found for. Throws OPTION_INVALID. */
export function refuseUnknown(ids: readonly string[], found: readonly string[], list: string): void {
  const unknown = ids.find((id) => !found.includes(id));
  if (unknown === undefined) return;
  throw new TroupeError("OPTION_INVALID", { option: "id", found: unknown, allowed: `an id that \`npm run troupe -- ${list}\` shows` });
}

export const counted = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;
export const timeText = (at: number): string => new Date(at).toISOString();
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

/** What a command did or would do, and what it passes over with the reason. */
export type Plan = {
  readonly verb: string;
  readonly done: readonly string[];
  readonly skipped: ReadonlyArray<{ id: string; why: string }>;
};

export function printPlan({ verb, done, skipped }: Plan, { dry, json, what }: { dry: boolean; json: boolean; what: string }): void {
  if (json) {
    printJson({ dryRun: dry, verb, done, skipped });
    return;
  }
  for (const id of done) print(`${dry ? "would " : ""}${verb} ${id}`);
  for (const { id, why } of skipped) print(`skip ${id}: ${why}`);
  const total = counted(done.length, what);
  print(dry ? `${total} to ${verb}; nothing was done, --yes does it` : `${verb}: ${total}`);
}
