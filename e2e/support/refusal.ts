import assert from "node:assert/strict";
import { type RunOptions, type Scope, troupe } from "./troupe.ts";

export type Refusal = RunOptions & {
  readonly code: string;
  readonly words: ReadonlyArray<string | RegExp>;
  readonly withinMs?: number;
};

/** The command ends with exit code 1 and one sentence on stderr: its code, the words that help, no stack trace. */
export async function assertRefused(scope: Scope, args: readonly string[], expected: Refusal): Promise<void> {
  const { code, words, withinMs = 20_000, ...options } = expected;
  const exit = await troupe(scope, args, options).ended(withinMs);
  assert.equal(exit.code, 1, exit.stderr);
  const lines = exit.stderr.trimEnd().split("\n");
  assert.equal(lines.length, 1, `one line on stderr was expected:\n${exit.stderr}`);
  assert.ok(lines[0]?.startsWith(`${code}: `), `${code} was expected:\n${exit.stderr}`);
  assert.ok(!exit.stderr.includes("    at "), exit.stderr);
  for (const word of words) assert.ok(says(exit.stderr, word), `it does not say ${word}:\n${exit.stderr}`);
  assert.equal(exit.stdout, "");
}

const says = (text: string, word: string | RegExp): boolean => (typeof word === "string" ? text.includes(word) : word.test(text));
