import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Mutant } from "./mutants.ts";

/**
 * A mutant that no test can tell from the source, with the reason. Found again by its words, not its line number. At most
 * MOST of them: a long list is a list of tests that nobody wanted to write.
 */
export type Equivalent = {
  readonly path: string;
  readonly written: string;
  readonly operator: string;
  readonly before: string;
  readonly text: string;
  readonly reason: string;
};

export const MOST = 40;
const FILE = join(import.meta.dirname, "equivalent.json");

export const readEquivalents = (): readonly Equivalent[] =>
  existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as readonly Equivalent[]) : []; // our own file, checked by a test

export const isSame = (mutant: Mutant, known: Equivalent): boolean =>
  mutant.path === known.path &&
  mutant.written === known.written &&
  mutant.operator === known.operator &&
  mutant.before === known.before &&
  mutant.text === known.text;
