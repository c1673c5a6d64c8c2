import type { FieldType } from "@troupe/kernel";
import { type CelMap, eventsOf, kindOf, type StepDefinition } from "../definition/types.ts";
import type { Site } from "../expressions/types/typing.ts";
import type { Scope } from "../expressions.ts";
import type { ChildContract, CompiledStep, CompiledUndo, Request } from "./compiled.ts";
import type { CompileStrictly } from "./compiling.ts";
import type { Place } from "./structure.ts";

export type StepCompiling = {
  readonly compile: CompileStrictly;
  readonly place: Place;
  /** Throws for a saga that is not known. */
  readonly childOf: (saga: string) => ChildContract;
  /** Type of a field of an event, as far as it is known: what is computed for it goes out in that form. */
  readonly typeOf: (event: string, field: string) => FieldType | undefined;
};

export function compileStep(step: StepDefinition, { compile, place, childOf, typeOf }: StepCompiling): CompiledStep {
  const { name, title, description, after, atLeast, choice, otherwise, human, each, repeat, compensate } = step;
  const scope: Scope = each === undefined ? "payload" : { element: each.as };
  const opens: Site = { step: name, when: "opens" };
  const request = (event: string, mapping: CelMap, site: Site = opens): Request => ({
    event,
    fields: Object.entries(mapping).map(([field, text]) => [field, compile(scope, text, { ...site, target: typeOf(event, field) })]),
  });
  const child = step.child === undefined ? undefined : { ...childOf(step.child.saga), saga: step.child.saga };
  const command = step.command === undefined ? undefined : request(step.command.emit, step.command.with);
  return {
    name,
    base: name,
    element: "",
    title: title ?? name,
    description,
    kind: kindOf(step),
    ...place,
    after,
    atLeast,
    guard: step.if === undefined ? undefined : compile("payload", step.if, opens),
    choice,
    otherwise,
    command: child === undefined ? command : request(child.startEvent, step.child?.with ?? {}),
    human,
    wait: step.wait?.kind === "until" ? { kind: "until", at: compile("payload", step.wait.at, { ...opens, target: INSTANT }) } : step.wait,
    child,
    each: each === undefined ? undefined : compileEach(step, each, compile),
    repeat:
      repeat === undefined ? undefined : { ...repeat, while: compile("answer", repeat.while, { ...opens, events: eventsOf(step.done) }) },
    retry: step.retry,
    timeoutMillis: step.timeoutMillis,
    undo: child === undefined ? undoOf(step, request) : childUndo(step, child.hasPivot),
    irreversible: compensate === undefined && step.wait === undefined && (child === undefined || child.hasPivot),
    pivot: step.pivot || child?.hasPivot === true,
    optional: step.optional,
    fallback: step.fallback,
  };
}

/** Instants that a wait is given go out as milliseconds. */
const INSTANT: FieldType = { kind: "timestamp", unit: "millis" };

function compileEach(
  { name, done }: StepDefinition,
  each: NonNullable<StepDefinition["each"]>,
  compile: CompileStrictly,
): CompiledStep["each"] {
  const site: Site = { step: name, when: "opens" };
  return {
    items: compile("payload", each.items, site),
    as: each.as,
    key: compile({ element: each.as }, each.key, site),
    // Asked of failures and undo answers as well; the type of the key is the same in all of them.
    answerKey: each.answerKey === undefined ? undefined : compile("event", each.answerKey, { step: name, events: eventsOf(done) }),
  };
}

/** A sub-saga is undone by itself. Its own rules bring it to an end or make it stuck, so nothing is sent again. */
function childUndo({ retry, compensate }: StepDefinition, hasPivot: boolean): CompiledUndo | undefined {
  if (hasPivot || compensate?.kind === "none") return undefined;
  const request = { event: UNDO_CHILD, fields: [] };
  return { request, timeoutMillis: undefined, retry: { ...retry, attempts: 1 }, whenUnknown: "undo" };
}
/** Event by which a saga asks its sub-saga to compensate. */
export const UNDO_CHILD = "SagaUndoRequested";

function undoOf(
  { name, compensate }: StepDefinition,
  request: (event: string, mapping: CelMap, site: Site) => Request,
): CompiledUndo | undefined {
  if (compensate?.kind !== "undo") return undefined;
  const { timeoutMillis, retry, whenUnknown } = compensate;
  return { request: request(compensate.emit, compensate.with, { step: name, when: "undone" }), timeoutMillis, retry, whenUnknown };
}
