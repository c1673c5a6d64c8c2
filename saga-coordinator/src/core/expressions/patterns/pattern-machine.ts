import { type Pattern, readPattern, refused } from "./pattern-tree.ts";

const MOST_STATES = 1_000;
/** States times characters of one match: some tenths of a second. */
const MOST_STEPS = 2_000_000;

/** `split` and `edge` are passed without a character. State 0 is the end: whoever reaches it has matched. */
type State =
  | { readonly kind: "end" }
  | { readonly kind: "set"; readonly holds: (char: string) => boolean; readonly next: number }
  | { readonly kind: "edge"; readonly at: "^" | "$" | "b" | "B"; readonly next: number }
  | { readonly kind: "split"; readonly nexts: number[] };

/** Whether a text holds a place that fits the pattern. */
export type Matcher = (text: string) => boolean;

/**
 * A matcher of a regular expression in time linear in the text: all ways are followed at once, character by character, so
 * no pattern can make it try again (the set-of-states simulation of Thompson, "Regular Expression Search Algorithm", 1968).
 * Throws PATTERN_INVALID; the matcher throws it for a text that is too long for the pattern.
 */
export function createMatcher(pattern: string): Matcher {
  const states: State[] = [{ kind: "end" }];
  const start = build({ pattern, states }, readPattern(pattern), 0);
  return (text) => {
    const chars = [...text];
    if (chars.length * states.length > MOST_STEPS) throw refused(pattern, `is too much for a text of ${chars.length} characters`);
    return finds(states, start, chars);
  };
}

type Building = { readonly pattern: string; readonly states: State[] };

function add({ pattern, states }: Building, state: State): number {
  if (states.length >= MOST_STATES) throw refused(pattern, `grows beyond ${MOST_STATES} states; repeat less`);
  return states.push(state) - 1;
}

/** Adds what leads through the pattern to `next`, and gives where it begins. */
function build(building: Building, pattern: Pattern, next: number): number {
  switch (pattern.kind) {
    case "character":
      return add(building, { kind: "set", holds: (char) => char === pattern.is, next });
    case "set":
      return add(building, { kind: "set", holds: setOf(building.pattern, pattern.of), next });
    case "edge":
      return add(building, { kind: "edge", at: pattern.at, next });
    case "sequence":
      return pattern.parts.reduceRight((after, part) => build(building, part, after), next);
    case "either":
      return add(building, { kind: "split", nexts: pattern.ways.map((way) => build(building, way, next)) });
    case "repeat":
      return buildRepeat(building, pattern, next);
    default:
      return pattern satisfies never;
  }
}

function buildRepeat(building: Building, { part, least, most }: Extract<Pattern, { kind: "repeat" }>, next: number): number {
  if (isNothing(part)) return next; // however often
  let start = next;
  if (most === Number.POSITIVE_INFINITY) {
    const nexts = [next];
    start = add(building, { kind: "split", nexts });
    nexts.push(build(building, part, start));
  } else {
    for (let count = least; count < most; count++) start = add(building, { kind: "split", nexts: [next, build(building, part, start)] });
  }
  for (let count = 0; count < least; count++) start = build(building, part, start);
  return start;
}

function isNothing(pattern: Pattern): boolean {
  if (pattern.kind === "repeat") return pattern.most === 0 || isNothing(pattern.part);
  return pattern.kind === "sequence" && pattern.parts.every(isNothing);
}

/** One character against a set is the only thing left to the library of the language. */
function setOf(pattern: string, written: string): (char: string) => boolean {
  try {
    const set = new RegExp(`^${written}$`, "u");
    return (char) => set.test(char);
  } catch {
    throw refused(pattern, `holds \`${written}\`, which is no set of characters`);
  }
}

function finds(states: readonly State[], start: number, chars: readonly string[]): boolean {
  let reached = new Set<number>();
  for (let at = 0; at <= chars.length; at++) {
    reached.add(start); // it may begin anywhere
    const here = withoutReading(states, reached, { before: chars[at - 1], after: chars[at] });
    if (here.has(0)) return true;
    const char = chars[at] ?? "";
    reached = new Set();
    for (const state of here) {
      const read = states[state];
      if (read?.kind === "set" && read.holds(char)) reached.add(read.next);
    }
  }
  return false;
}

type Between = { readonly before: string | undefined; readonly after: string | undefined };

/** All states that are reached without a character. */
function withoutReading(states: readonly State[], reached: ReadonlySet<number>, between: Between): ReadonlySet<number> {
  const all = new Set(reached);
  for (const at of all) {
    const state = states[at];
    if (state?.kind === "split") for (const next of state.nexts) all.add(next);
    if (state?.kind === "edge" && isEdge(state.at, between)) all.add(state.next);
  }
  return all;
}

const isWord = (char: string | undefined): boolean => char !== undefined && /^\w$/.test(char);

function isEdge(at: "^" | "$" | "b" | "B", { before, after }: Between): boolean {
  if (at === "^") return before === undefined;
  if (at === "$") return after === undefined;
  return (isWord(before) !== isWord(after)) === (at === "b");
}
