import { withoutNull } from "../../../expressions/infer/operators.ts";
import { type CelType, typeText } from "../../../expressions/types/cel-types.ts";
import { misfit } from "../../../expressions/types/fits.ts";
import type { ProblemCode } from "../../problems.ts";
import type { Checking } from "../checking.ts";
import { type Place, placesOf, type Wanted } from "../places.ts";
import { childOf } from "../steps/check-children.ts";

/** Every expression is CEL, reads only what is there on every path, and gives what its place wants. */
export function checkExpressions(checking: Checking): void {
  const startOf = (saga: string): string | undefined => childOf(checking, saga)?.start[0]?.on;
  for (const place of placesOf(checking.definition, { events: checking.events, startOf })) {
    const { text } = place;
    const analysis = checking.analyse(place.scope, text, place.site);
    if ("invalid" in analysis) {
      const { at, invalid } = analysis;
      report(checking, place, { code: "expression-invalid", message: `\`${text}\` is no valid CEL here: ${invalid}`, at });
      continue;
    }
    for (const { code, message, at } of analysis.problems) report(checking, place, { code, message: aboutText(text, message), at });
    if (analysis.problems.length === 0) checkValue(checking, place, analysis.type);
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
  const found = wants === "key" ? withoutNull(type) : type;
  if (kinds === undefined || found.kind === "any" || kinds.includes(found.kind)) return;
  const isCorrelation = place.path.startsWith("correlate.");
  const code = isCorrelation ? "correlation-impossible" : type.kind === "nullable" ? "value-may-be-null" : "expression-type";
  report(checking, place, { code, message: `\`${text}\` is ${typeText(type)}; allowed is ${allowed}` });
}

type Kinds = { readonly kinds: readonly CelType["kind"][] | undefined; readonly allowed: string };
const WANTED: { readonly [wanted in Exclude<Wanted, "field">]: Kinds } = {
  condition: { kinds: ["bool"], allowed: "a condition, true or false" },
  key: { kinds: ["text", "int", "union"], allowed: "text or a whole number" },
  list: { kinds: ["list"], allowed: "a list" },
  instant: { kinds: ["timestamp", "int"], allowed: "a timestamp, or its milliseconds since 1970" },
  data: { kinds: undefined, allowed: "anything" },
};
