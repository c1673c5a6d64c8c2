import { DEFAULTS, type StepDefinition } from "../types.ts";
import { AFTER, STEP, STEP_NAME } from "./grammar.ts";
import { onlyItem, readAnswers } from "./read-answers.ts";
import { readCompensation, readRetry } from "./read-compensation.ts";
import { readEach, readKind, readRepeat } from "./read-kinds.ts";
import { demand, readCel, readCount, readDuration, readFields, readFlag, readName, readNames, readText } from "./read-values.ts";
import { entriesOf, itemsOf, type Source, type Spot } from "./source.ts";

const STEP_LIKE = { form: STEP_NAME, like: "chargePayment" } as const;

/** One step of the file. Undefined when it isn't even a map. */
export function readStep(source: Source, name: string, spot: Spot): StepDefinition | undefined {
  const fields = readFields(source, spot, STEP);
  if (fields === undefined) return undefined;
  return {
    name,
    title: readText(source, fields.get("title")),
    description: readText(source, fields.get("description")),
    ...readAfter(source, fields.get("after")),
    if: readCel(source, fields.get("if")),
    choice: readName(source, fields.get("choice"), { form: STEP_NAME, like: "route" }),
    otherwise: readFlag(source, fields.get("otherwise")),
    ...readKind(source, { name, spot, fields }),
    each: readEach(source, fields),
    done: readAnswers(source, fields.get("done")),
    failed: readAnswers(source, fields.get("failed")),
    timeoutMillis: readDuration(source, fields.get("timeout")),
    retry: readRetry(source, fields.get("retry"), DEFAULTS.retry),
    repeat: readRepeat(source, fields.get("repeat")),
    compensate: readCompensation(source, name, fields.get("compensate")),
    pivot: readFlag(source, fields.get("pivot")),
    optional: readFlag(source, fields.get("optional")),
    fallback: readName(source, fields.get("fallback"), STEP_LIKE),
  };
}

type After = Pick<StepDefinition, "after" | "atLeast">;

/** A list (all of them), `{ any: [...] }` or `{ atLeast: n, of: [...] }`. */
function readAfter(source: Source, spot: Spot | undefined): After {
  if (spot === undefined) return { after: [], atLeast: undefined };
  if (entriesOf(source, spot) === undefined) {
    const list = itemsOf(source, spot) === undefined ? onlyItem(source, spot) : spot;
    return { after: readNames(source, list, STEP_LIKE), atLeast: undefined };
  }
  const fields = readFields(source, spot, AFTER);
  const any = fields?.get("any");
  if (any !== undefined) {
    const other = fields?.get("atLeast") ?? fields?.get("of");
    if (other !== undefined)
      source.report(other, { code: "value-invalid", message: "`any` stands beside atLeast; allowed is one of them" });
    return { after: readMembers(source, any), atLeast: 1 };
  }
  for (const key of ["atLeast", "of"]) if (fields?.has(key) === false) demand(source, spot, { key, what: "after" });
  const of = fields?.get("of");
  const after = of === undefined ? [] : readMembers(source, of);
  const atLeast = fields?.get("atLeast");
  const count = readCount(source, atLeast);
  if (atLeast !== undefined && count !== undefined && count > after.length && of !== undefined) {
    const message = `\`atLeast\` is ${count}; allowed are 1 to ${after.length}, the number of steps in \`of\``;
    source.report(atLeast, { code: "value-invalid", message });
  }
  return { after, atLeast: count ?? 1 };
}

function readMembers(source: Source, spot: Spot): readonly string[] {
  const names = readNames(source, spot, STEP_LIKE);
  if (names.length === 0)
    source.report(spot, { code: "value-invalid", message: "a join without a step can never be met; name at least one" });
  return names;
}
