import { DEFAULTS, type Definition, type StepDefinition } from "../types.ts";
import { SAGA, SAGA_NAME, STEP_NAME } from "./grammar.ts";
import { readCorrelate, readNamed } from "./read-correlate.ts";
import { readStart } from "./read-start.ts";
import { readStep } from "./read-step.ts";
import { demand, readDuration, readFields, readName, readText, readWord } from "./read-values.ts";
import { entriesOf, type Source, type Spot, shown } from "./source.ts";

/** The definition as written, defaults filled in. Undefined when the file isn't a map; problems go to `source`. */
export function readDefinition(source: Source): Definition | undefined {
  const fields = readFields(source, source.root, SAGA);
  if (fields === undefined) return undefined;
  for (const key of ["saga", "start", "steps"]) if (!fields.has(key)) demand(source, source.root, { key, what: "the saga" });
  return {
    saga: readName(source, fields.get("saga"), { form: SAGA_NAME, like: "orderFulfilment" }) ?? "unnamed",
    title: readText(source, fields.get("title")),
    description: readText(source, fields.get("description")),
    owner: readText(source, fields.get("owner")),
    ...readCorrelate(source, fields.get("correlate")),
    aliases: readNamed(source, fields.get("aliases")),
    ...readStart(source, fields.get("start")),
    deadlineMillis: readDuration(source, fields.get("deadline")),
    patienceMillis: readDuration(source, fields.get("patience")) ?? DEFAULTS.patienceMillis,
    compensation: readWord(source, fields.get("compensation"), ["reverse", "parallel"]) ?? "reverse",
    search: readNamed(source, fields.get("search")),
    result: readNamed(source, fields.get("result")),
    steps: readSteps(source, fields.get("steps")),
  };
}

function readSteps(source: Source, spot: Spot | undefined): readonly StepDefinition[] {
  if (spot === undefined) return [];
  const entries = entriesOf(source, spot);
  if (entries === undefined || entries.length === 0) {
    source.report(spot, { code: "value-invalid", message: `steps is ${shown(spot)}; allowed is a map with at least one step` });
    return [];
  }
  return entries.flatMap(({ key, keySpot, value }) => {
    if (!STEP_NAME.test(key)) {
      source.report(keySpot, {
        code: "name-invalid",
        message: `step \`${key}\` has no allowed name; allowed are names such as chargePayment`,
      });
    }
    return readStep(source, key, value) ?? [];
  });
}
