import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { parse } from "acorn";
import { filesEnding, ROOT } from "../checks/tree.ts";

export const CORE = "saga-coordinator/src/core/";

/** The tests whose subject is the core. What another room's tests happen to run of it is not counted. */
const TESTS = /^(saga-coordinator\/test\/(core|corpus)|sagas\/specs)\/.*\.test\.ts$/;

/**
 * Random search and hostile input take seconds each. A mutant that only they would find counts as survived, so the score
 * is a lower bound, and a survivor costs seconds instead of a minute.
 */
const SLOW = /\/(random-walks|random-acts|prove-random|hostile)\.test\.ts$/;

/** The sources of the core that hold code: what is types alone is never loaded. */
export const coreFiles = (): readonly string[] => filesEnding(".ts").filter((path) => path.startsWith(CORE) && holdsCode(path));
const holdsCode = (path: string): boolean => parse(codeOf(path), { ecmaVersion: "latest", sourceType: "module" }).body.length > 0;
export const coreTests = (): readonly string[] => filesEnding(".ts").filter((path) => TESTS.test(path));
export const isSlow = (test: string): boolean => SLOW.test(test);

export const textOf = (path: string): string => readFileSync(join(ROOT, path), "utf8");
/** The source as Node runs it: types become blanks, so every offset and line stays what it was. */
export const codeOf = (path: string): string => stripTypeScriptTypes(textOf(path));
export const hashOf = (...texts: readonly string[]): string => createHash("sha256").update(texts.join("\0")).digest("hex").slice(0, 16);

/** Changes whenever a source or test changes that decides whether a mutant lives. */
export function treeHash(): string {
  const all = filesEnding(".ts", ".yaml", ".avsc").filter((path) =>
    /^(saga-coordinator|sagas|schemas|packages\/(kernel|codec)\/src)\//.test(path),
  );
  return hashOf(...all.flatMap((path) => [path, textOf(path)]));
}
