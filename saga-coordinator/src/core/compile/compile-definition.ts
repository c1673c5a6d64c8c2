import { type EventDescription, type Ids, TroupeError } from "@troupe/kernel";
import { graphOf, type StepGraph } from "../definition/check/graph.ts";
import type { Definition, Emission, StepDefinition } from "../definition/types.ts";
import { type CompileExpression, createExpressionCompiler, type Expression, type Scope } from "../expressions.ts";
import type { CompiledDefinition, CompiledStep, Request, Role } from "./compiled.ts";
import { fieldsRead } from "./fields-read.ts";

export type CompileOptions = {
  /** Number given at activation, from 1. */
  readonly version: number;
  readonly ids: Ids;
  /** For the correlation fields of the schemas; without it only `correlate` and the envelope tell the saga id. */
  readonly events?: readonly EventDescription[];
};

/**
 * Prepares a checked definition for folding. Throws DEFINITION_INVALID for an expression that does not parse,
 * which a definition from `parseDefinition` never has.
 */
export function compileDefinition(definition: Definition, { version, ids, events = [] }: CompileOptions): CompiledDefinition {
  const compile = strict(createExpressionCompiler(), definition.saga);
  const graph = graphOf(definition.steps);
  const steps = definition.steps.map((step) => compileStep(step, { definition, graph, compile }));
  const roles = rolesOf(definition);
  const hash = ids
    .messageId("troupe.definition", [JSON.stringify(definition)])
    .replaceAll("-", "")
    .slice(0, 12);
  return {
    name: definition.saga,
    title: definition.title ?? definition.saga,
    owner: definition.owner,
    version,
    hash,
    label: `${definition.saga}@${version}#${hash}`,
    deadlineMillis: definition.deadlineMillis,
    patienceMillis: definition.patienceMillis,
    steps,
    stepByName: new Map(steps.map((step) => [step.name, step])),
    roles,
    wants: new Set(roles.keys()),
    emits: new Set(steps.flatMap(({ command, undo }) => [command?.event, undo?.request.event]).filter((name) => name !== undefined)),
    reads: fieldsRead(definition, steps),
    correlations: new Map(Object.entries(definition.correlate).map(([event, text]) => [event, compile("event", text)])),
    correlateFields: new Map(events.flatMap(({ name, correlateField }) => (correlateField === undefined ? [] : [[name, correlateField]]))),
    ids,
  };
}

type CompileStrictly = (scope: Scope, text: string) => Expression;

function strict(compile: CompileExpression, saga: string): CompileStrictly {
  return (scope, text) => {
    const compiled = compile(scope, text);
    if (!("invalid" in compiled)) return compiled;
    throw new TroupeError("DEFINITION_INVALID", {
      file: saga,
      line: 1,
      column: 1,
      reason: `\`${text}\` is no valid CEL: ${compiled.invalid}`,
    });
  };
}

function compileStep(
  step: StepDefinition,
  { definition, graph, compile }: { definition: Definition; graph: StepGraph; compile: CompileStrictly },
): CompiledStep {
  const { name, title, description, retry, timeoutMillis, compensate, pivot, optional } = step;
  const request = (emission: Emission): Request => ({
    event: emission.emit,
    fields: Object.entries(emission.with).map(([field, text]) => [field, compile("payload", text)]),
  });
  const dependants = graph.dependants(name);
  return {
    name,
    title: title ?? name,
    description,
    waitsFor: pivot ? pivotWaitsFor(step, { definition, dependants }) : step.after,
    dependants,
    command: step.command === undefined ? undefined : request(step.command),
    retry,
    timeoutMillis,
    undo:
      compensate?.kind === "undo"
        ? { request: request(compensate), timeoutMillis: compensate.timeoutMillis, retry: compensate.retry }
        : undefined,
    irreversible: compensate === undefined,
    pivot,
    optional,
  };
}

/** Rule 6: a pivot opens last of all that is required and does not depend on it. */
function pivotWaitsFor(
  step: StepDefinition,
  { definition, dependants }: { definition: Definition; dependants: ReadonlySet<string> },
): readonly string[] {
  const others = definition.steps
    .filter(({ name, optional }) => name !== step.name && !optional && !dependants.has(name))
    .map(({ name }) => name);
  return [...new Set([...step.after, ...others])];
}

function rolesOf({ start, steps }: Definition): ReadonlyMap<string, readonly Role[]> {
  const roles = new Map<string, Role[]>();
  const add = (events: readonly string[], role: Role): void => {
    for (const event of events) roles.set(event, [...(roles.get(event) ?? []), role]);
  };
  add(start, { kind: "start" });
  for (const { name, done, failed, compensate } of steps) {
    add(done, { kind: "done", step: name });
    add(failed, { kind: "failed", step: name });
    if (compensate?.kind !== "undo") continue;
    add(compensate.done, { kind: "undone", step: name });
    add(compensate.failed, { kind: "undoFailed", step: name });
  }
  return roles;
}
