import { withoutNull } from "../../../expressions/infer/operators.ts";
import { type CelType, typeText } from "../../../expressions/types/cel-types.ts";
import { misfit } from "../../../expressions/types/fits.ts";
import type { ProblemCode } from "../../problems.ts";
import { RESERVED } from "../../read/read-kinds.ts";
import type { Checking } from "../checking.ts";
import { type Place, placesOf, type Wanted } from "../places.ts";
import { childOf } from "../steps/check-children.ts";

/** Every expression is CEL, reads only what is there on every path, and gives what its place wants. */
export function checkExpressions(checking: Checking): void {
  const startOf = (saga: string): string | undefined => childOf(checking, saga)?.start[0]?.on;
  for (const place of placesOf(checking.definition, { events: checking.events, startOf })) {
    const { text, scope } = place;
    // Reported as a name; nothing can be said of what reads it.
    if (typeof scope !== "string" && RESERVED.includes(scope.element)) continue;
    const analysis = checking.analyse(place.scope, text, place.site);
    if ("invalid" in analysis) {
      const { at, invalid } = analysis;
      report(checking, place, { code: "expression-invalid", message: `\`${text}\` is no valid CEL here: ${invalid}`, at });
      continue;
    }
    for (const { code, message, at } of analysis.problems) report(checking, place, { code, message: aboutText(text, message), at });
    if (analysis.problems.length > 0) continue;
    checkValue(checking, place, analysis.type);
    if (isElementKey(place)) checkElementKey(checking, place, analysis.expression.references);
    if (isIdOfChild(checking, place)) checkChildId(checking, place, analysis.expression.references);
  }
}

type Found = { readonly code: ProblemCode; readonly message: string; readonly at?: number };

/** At a character of the expression; without one what is wrong is its value, which begins with it. */
function report({ source }: Checking, { path }: Place, { at = 0, ...problem }: Found): void {
  source.reportWithin(path, at, problem);
}

/** "reads ..." becomes a sentence about the expression. */
const aboutText = (text: string, message: string): string => (message.startsWith("reads ") ? `\`${text}\` ${message}` : message);

function checkValue(checking: Checking, place: Place, type: CelType): void {
  const { text, wants, site } = place;
  if (wants === "field") {
    const why = site.target === undefined ? undefined : misfit(type, site.target);
    const field = place.path.slice(place.path.lastIndexOf(".") + 1);
    if (why !== undefined) report(checking, place, { code: "value-unfit", message: `\`${text}\` can't be ${field}: ${why}` });
    return;
  }
  const { kinds, allowed } = WANTED[wants];
  // A correlation or an alias may be missing; an element without a key can't be told from another.
  const found = wants === "key" && !isElementKey(place) ? withoutNull(type) : type;
  if (kinds === undefined || found.kind === "any" || kinds.includes(found.kind)) return;
  const isCorrelation = place.path.startsWith("correlate.");
  const code = isCorrelation ? "correlation-impossible" : type.kind === "nullable" ? "value-may-be-null" : "expression-type";
  report(checking, place, { code, message: `\`${text}\` is ${typeText(type)}; allowed is ${allowed}` });
}

/** A key that does not read the element is the same for all of them. The empty text stands for one that is not written. */
function checkElementKey(checking: Checking, place: Place, references: readonly { readonly root: string }[]): void {
  const { text, scope } = place;
  if (text === '""' || typeof scope === "string" || references.some(({ root }) => root === scope.element)) return;
  const message = `\`${text}\` does not read \`${scope.element}\`, so all elements have the same key; allowed is CEL such as ${scope.element}.id`;
  report(checking, place, { code: "fan-out-unkeyed", message });
}

/** The field of `with` that gives the sub-saga of a fan-out its id, as far as the child says so by a plain field. */
function isIdOfChild(checking: Checking, { path }: Place): boolean {
  const [, name, field] = /^steps\.([^.]+)\.with\.([^.]+)$/.exec(path) ?? [];
  const step = checking.definition.steps.find((other) => other.name === name);
  const child = step?.each === undefined ? undefined : childOf(checking, step.child?.saga);
  const start = child?.start[0]?.on ?? "";
  const expression = child?.correlate[start] ?? child?.correlate["default"];
  const plain = expression === undefined ? checking.events?.get(start)?.correlateField : /^event\.(\w+)$/.exec(expression)?.[1];
  return field !== undefined && field === plain;
}

/** One instance cannot be the sub-saga of two elements: the second start would be refused while the saga runs. */
function checkChildId(checking: Checking, place: Place, references: readonly { readonly root: string }[]): void {
  const { text, scope } = place;
  if (typeof scope === "string" || references.some(({ root }) => root === scope.element)) return;
  const message = `\`${text}\` does not read \`${scope.element}\`, so all elements start the same sub-saga; allowed is CEL that differs by element`;
  report(checking, place, { code: "fan-out-unkeyed", message });
}

const isElementKey = ({ path, wants }: Place): boolean => wants === "key" && path.startsWith("steps.") && path.endsWith(".key");

type Kinds = { readonly kinds: readonly CelType["kind"][] | undefined; readonly allowed: string };
const WANTED: { readonly [wanted in Exclude<Wanted, "field">]: Kinds } = {
  condition: { kinds: ["bool"], allowed: "a condition, true or false" },
  key: { kinds: ["text", "int", "union"], allowed: "text or a whole number" },
  list: { kinds: ["list"], allowed: "a list" },
  instant: { kinds: ["timestamp", "int"], allowed: "a timestamp, or its milliseconds since 1970" },
  data: { kinds: undefined, allowed: "anything" },
};
