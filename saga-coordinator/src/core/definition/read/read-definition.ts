import { DEFAULTS, type Definition, type StepDefinition } from "../types.ts";
import { ALIAS, EVENT_NAME, SAGA, SAGA_NAME, START, STEP_NAME } from "./grammar.ts";
import { readStep } from "./read-step.ts";
import { demand, readDuration, readEvents, readFields, readName, readText } from "./read-values.ts";
import { entriesOf, itemsOf, type Source, type Spot, shown, writtenText } from "./source.ts";

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
    correlate: readCorrelate(source, fields.get("correlate")),
    start: readStart(source, fields.get("start")),
    deadlineMillis: readDuration(source, fields.get("deadline")),
    patienceMillis: readDuration(source, fields.get("patience")) ?? DEFAULTS.patienceMillis,
    steps: readSteps(source, fields.get("steps")),
  };
}

function readCorrelate(source: Source, spot: Spot | undefined): { readonly [event: string]: string } {
  if (spot === undefined) return {};
  const entries = entriesOf(source, spot);
  if (entries === undefined) {
    source.report(spot, { code: "value-invalid", message: `correlate is ${shown(spot)}; allowed is a map of event names to CEL` });
    return {};
  }
  const read: [string, string][] = [];
  for (const { key, keySpot, value } of entries) {
    if (key !== "default" && !EVENT_NAME.test(key)) {
      source.report(keySpot, {
        code: "name-invalid",
        message: `\`${key}\` is no event name; allowed are default and names such as OrderPlaced`,
      });
    }
    const text = writtenText(value);
    if (entriesOf(source, value) !== undefined) readFields(source, value, ALIAS);
    else if (text === undefined || text === "") {
      source.report(value, { code: "value-invalid", message: `\`${key}\` is ${shown(value)}; allowed is CEL such as event.orderId` });
    } else read.push([key, text]);
  }
  return Object.fromEntries(read);
}

function readStart(source: Source, spot: Spot | undefined): readonly string[] {
  if (spot === undefined) return [];
  const starts = itemsOf(source, spot) ?? [spot];
  if (starts.length === 0) demand(source, spot, { key: "on", what: "start" });
  return starts.flatMap((start) => {
    const fields = readFields(source, start, START);
    const on = fields?.get("on");
    if (fields !== undefined && on === undefined) demand(source, start, { key: "on", what: "start" });
    return readEvents(source, on);
  });
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
