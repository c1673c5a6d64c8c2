import assert from "node:assert/strict";
import type { Exit } from "./troupe.ts";

/** The JSON line of `npm start -- --json`, exactly as the README promises it. */
export type Outcome = {
  readonly target: string;
  readonly orders: number;
  readonly completed: number;
  readonly compensated: number;
  readonly stuck: number;
  readonly open: number;
  readonly lost: number;
  readonly doubled: number;
  readonly books: {
    readonly reserved: number;
    readonly released: number;
    readonly captured: string;
    readonly refunded: string;
    readonly shipped: number;
  };
  readonly seconds: number;
};

const KEYS = ["target", "orders", "completed", "compensated", "stuck", "open", "lost", "doubled", "books", "seconds"];
const BOOKS = ["reserved", "released", "captured", "refunded", "shipped"];

/** The last line of stdout, checked for its keys and their order. */
export function outcomeOf({ stdout, stderr }: Exit): Outcome {
  const last = stdout.trimEnd().split("\n").at(-1) ?? "";
  assert.match(last, /^\{.*\}$/, `the last line of stdout is no JSON:\n${stdout}\n${stderr}`);
  const outcome = JSON.parse(last) as Outcome; // its keys are checked below
  assert.deepEqual(Object.keys(outcome), KEYS);
  assert.deepEqual(Object.keys(outcome.books), BOOKS);
  return outcome;
}

/** Exit code 0 and nothing open, lost, doubled or stuck; every order ended one way or the other. */
export function assertClean(exit: Exit): Outcome {
  const outcome = outcomeOf(exit);
  const { orders, completed, compensated, stuck, open, lost, doubled } = outcome;
  assert.deepEqual({ stuck, open, lost, doubled }, { stuck: 0, open: 0, lost: 0, doubled: 0 }, exit.stdout);
  assert.equal(completed + compensated, orders, exit.stdout);
  assert.equal(outcome.books.shipped, completed, exit.stdout);
  assert.match(exit.stdout, /The books balance\./);
  assert.equal(exit.code, 0, `${exit.stdout}\n${exit.stderr}`);
  return outcome;
}

/** What the same seed gives on every target, however long it takes. */
export function countsOf({ target: _target, seconds: _seconds, ...counts }: Outcome): Omit<Outcome, "target" | "seconds"> {
  return counts;
}
