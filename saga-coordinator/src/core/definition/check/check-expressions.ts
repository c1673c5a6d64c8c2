import { createExpressionCompiler, type Expression, type Reference, type Scope } from "../../expressions.ts";
import { unknownName } from "../problems.ts";
import type { StepDefinition } from "../types.ts";
import { type Checking, undoOf } from "./checking.ts";

/** Every expression parses, reads only what is there, and only what is there on every path. */
export function checkExpressions(checking: Checking): void {
  const compile = createExpressionCompiler();
  const read = (scope: Scope, { text, path }: { text: string; path: string }): Expression | undefined => {
    const compiled = compile(scope, text);
    if (!("invalid" in compiled)) return compiled;
    checking.source.report(path, { code: "expression-invalid", message: `\`${text}\` is no valid CEL here: ${compiled.invalid}` });
    return undefined;
  };
  for (const [event, text] of Object.entries(checking.definition.correlate)) {
    const expression = read("event", { text, path: `correlate.${event}` });
    if (expression !== undefined) checkCorrelation(checking, event, expression);
  }
  for (const step of checking.definition.steps) {
    const undo = undoOf(step);
    for (const { role, mapping } of [
      { role: "command", mapping: step.command?.with },
      { role: "compensate", mapping: undo?.with },
    ] as const) {
      for (const [field, text] of Object.entries(mapping ?? {})) {
        const path = `steps.${step.name}.${role}.with.${field}`;
        for (const reference of read("payload", { text, path })?.references ?? [])
          checkReference(checking, reference, { step, role, path, text });
      }
    }
  }
}

type Reading = { readonly step: StepDefinition; readonly role: "command" | "compensate"; readonly path: string; readonly text: string };

function checkReference(checking: Checking, { root, path }: Reference, reading: Reading): void {
  const [first, second] = path;
  if (root === "saga" && first !== undefined && !SAGA_FIELDS.includes(first)) {
    const message = unknownName(`\`${reading.text}\` reads saga.${first}`, { found: first, allowed: SAGA_FIELDS });
    checking.source.report(reading.path, { code: "field-unknown", message });
  }
  if (root === "start" && first !== undefined) checkFields(checking, { events: checking.definition.start, field: first, reading });
  if (root === "steps") {
    if (first === undefined) {
      const message = `\`${reading.text}\` reads steps as a whole; allowed is one step, such as steps.${reading.step.name}`;
      checking.source.report(reading.path, { code: "expression-invalid", message });
    } else checkStepReference(checking, { name: first, field: second, reading });
  }
}
const SAGA_FIELDS = ["id", "startedAt", "tenant"];

function checkStepReference(
  checking: Checking,
  { name, field, reading }: { name: string; field: string | undefined; reading: Reading },
): void {
  const { definition, graph, source } = checking;
  const read = definition.steps.find((step) => step.name === name);
  const { step, role, path, text } = reading;
  if (read === undefined) {
    const allowed = definition.steps.map((other) => other.name);
    source.report(path, {
      code: "step-unknown",
      message: unknownName(`\`${text}\` reads \`${name}\`, which is no step`, { found: name, allowed }),
    });
  } else if (name === step.name) {
    source.report(path, { code: "undo-reads-own-step", message: ownResult(reading) });
  } else if (!graph.before(step.name).has(name) || read.optional) {
    const why = read.optional ? "is optional" : `is not before ${step.name}`;
    const message = `\`${text}\` reads the result of ${name}, which ${why}, so it may not be there when the ${role} is sent; read from start instead`;
    source.report(path, { code: "step-result-uncertain", message });
  } else if (field !== undefined) checkFields(checking, { events: read.done, field, reading });
}

function ownResult({ step, role, text }: Reading): string {
  return role === "command"
    ? `\`${text}\` reads the result of ${step.name} itself, which is not there before its command; read from start instead`
    : `\`${text}\` reads the result of ${step.name} itself, but its undo is also sent when ${step.name} never answered; allowed is what is known without it, e.g. saga.id or start`;
}

/** The field must be in every event that may have given the value. */
function checkFields(
  { source, events }: Checking,
  { events: names, field, reading }: { events: readonly string[]; field: string; reading: Pick<Reading, "path" | "text"> },
): void {
  for (const event of (events ?? []).filter(({ name }) => names.includes(name)).filter(({ fields }) => !fields.includes(field))) {
    const message = unknownName(`\`${reading.text}\`: ${event.name} has no field \`${field}\``, { found: field, allowed: event.fields });
    source.report(reading.path, { code: "field-unknown", message });
  }
}

function checkCorrelation(checking: Checking, entry: string, { references, text }: Expression): void {
  const { definition } = checking;
  const heard = [
    ...definition.start,
    ...definition.steps.flatMap((step) => [...step.done, ...step.failed, ...(undoOf(step)?.done ?? []), ...(undoOf(step)?.failed ?? [])]),
  ];
  const covered = entry === "default" ? heard.filter((event) => !Object.hasOwn(definition.correlate, event)) : [entry];
  for (const { root, path } of references) {
    const [field] = path;
    if (root === "event" && field !== undefined)
      checkFields(checking, { events: covered, field, reading: { path: `correlate.${entry}`, text } });
  }
}
