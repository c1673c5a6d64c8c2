import type { Token } from "../tokens.ts";
import type { Layer } from "./layers.ts";

export type Impurity = { readonly line: number; readonly found: string; readonly rule: string };

const WORLD = new Set(
  "Date process Buffer console performance fetch setTimeout setInterval setImmediate queueMicrotask globalThis crypto".split(" "),
);
const ASYNCHRONOUS = new Set(["async", "await", "Promise"]);
/** Formatting and reading a given time are pure, but easily become reading the clock: allowed in these files only. */
const MAY_FORMAT_TIME = new Set([
  "packages/kernel/src/envelope.ts",
  "services/shipping/src/domain/carrier-rules.ts",
  "saga-coordinator/src/core/expressions/values/instants.ts",
]);

type Place = { readonly path: string; readonly tokens: readonly Token[]; readonly at: number };

/** Words that a pure layer must not hold, and state outside functions. */
export function impuritiesOf(layer: Layer, path: string, tokens: readonly Token[]): readonly Impurity[] {
  const found: Impurity[] = [];
  let depth = 0;
  tokens.forEach((token, at) => {
    depth += depthChange(token);
    if (token.kind !== "word" || isName(tokens, at)) return;
    if (isForbidden(layer, { path, tokens, at })) found.push({ line: token.line, found: nameAt(tokens, at), rule: layer.rule });
    if (layer.withoutState && depth === 0 && (token.text === "let" || token.text === "var")) {
      found.push({ line: token.line, found: `${token.text} outside a function`, rule: "no mutable state of a module" });
    }
  });
  return found;
}

function depthChange({ kind, text }: Token): number {
  if (kind !== "punctuation") return 0;
  return "{([".includes(text) ? 1 : "})]".includes(text) ? -1 : 0;
}

function isForbidden(layer: Layer, { path, tokens, at }: Place): boolean {
  const name = nameAt(tokens, at);
  if (layer.purity === "synchronous" && ASYNCHRONOUS.has(name)) return true;
  return layer.purity !== undefined && isWorld(name) && !isTimeFormat({ path, tokens, at });
}

const isWorld = (name: string): boolean => WORLD.has(name) || name === "Math.random";

function nameAt(tokens: readonly Token[], at: number): string {
  const text = tokens[at]?.text ?? "";
  return text === "Math" && tokens[at + 1]?.text === "." ? `Math.${tokens[at + 2]?.text}` : text;
}

/** A property of that name, read (`x.process`) or declared (`process: …`, `process?: …`, `process(…): …`), is nothing of the world. */
function isName(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  const after = tokens[at + 1];
  if (before?.kind === "punctuation" && before.text === "." && tokens[at - 2]?.text !== ".") return true;
  return after?.kind === "punctuation" && (after.text === ":" || (after.text === "?" && tokens[at + 2]?.text === ":"));
}

/** `new Date(something)` and `Date.parse`, which read no clock. */
function isTimeFormat({ path, tokens, at }: Place): boolean {
  if (!MAY_FORMAT_TIME.has(path) || tokens[at]?.text !== "Date") return false;
  const [next, second] = [tokens[at + 1]?.text, tokens[at + 2]?.text];
  if (tokens[at - 1]?.text === "new") return next === "(" && second !== ")";
  return next === "." && second === "parse";
}
