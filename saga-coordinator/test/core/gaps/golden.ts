import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/**
 * Holds lines against a file of `golden/`. With GOLDEN=write in the environment it writes them instead: the change of the
 * file is then what a review looks at.
 */
export function assertGolden(name: string, lines: readonly string[]): void {
  const file = new URL(`golden/${name}`, import.meta.url);
  const text = `${lines.join("\n")}\n`;
  if (process.env["GOLDEN"] === "write") writeFileSync(file, text);
  const known = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const found = text.split("\n");
  const at = found.findIndex((line, index) => line !== known[index]);
  const first = at < 0 ? "" : `line ${at + 1} of ${name} is\n  ${found[at]}\nand was\n  ${known[at] ?? "not there"}`;
  assert.ok(at < 0 && known.length === found.length, `${first}\nGOLDEN=write writes it anew; look at the difference.`);
}

/** JSON that also shows bigints, sets, and what is undefined. */
export const plainly = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part === undefined ? "undefined" : typeof part === "bigint" ? `${part}n` : part instanceof Set ? [...part] : part,
  );
