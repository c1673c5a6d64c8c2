import { type Ids, TroupeError } from "@troupe/kernel";
import { eventsUnder } from "../definition/check/places.ts";
import type { CelMap, Cron, Definition, KnownEvent } from "../definition/types.ts";
import { type CompileExpression, createExpressionCompiler, definitionTyping, type Expression } from "../expressions.ts";
import { nextInstantOf } from "../schedule/next-instant.ts";
import { compileStep, type StepCompiling } from "./compile-step.ts";
import type { ChildContract, CompiledCron, CompiledDefinition, CompiledStep } from "./compiled.ts";
import type { CompileStrictly } from "./compiling.ts";
import { fieldsRead } from "./fields-read.ts";
import { rolesOf } from "./roles.ts";
import { placesOf } from "./structure.ts";

export type CompileOptions = {
  /** Number given at activation, from 1. */
  readonly version: number;
  readonly ids: Ids;
  /** For the correlation fields of the schemas; without it only `correlate` and the envelope tell the saga id. */
  readonly events?: readonly KnownEvent[];
  /** Hash of content that is stored already: another release may compute another one of the same text. */
  readonly hash?: string;
  /** The sagas that steps may start, by name: see `childContract`. */
  readonly children?: ReadonlyMap<string, ChildContract>;
};

/**
 * Prepares a checked definition for folding. Throws DEFINITION_INVALID for an expression that does not parse,
 * which a definition from `parseDefinition` never has, and for a sub-saga that is not among `children`.
 */
export function compileDefinition(definition: Definition, options: CompileOptions): CompiledDefinition {
  const { version, ids, events = [] } = options;
  const compile = strict(createExpressionCompiler(definitionTyping(definition, { events })), definition.saga);
  const all = (map: CelMap, when: "computable" | "ends") =>
    Object.entries(map).map(([name, text]) => [name, compile("payload", text, { when })] as const);
  const steps = stepsOf(definition, { compile, options });
  const roles = rolesOf(definition, compile);
  const hash = options.hash ?? hashOf(definition, ids);
  const aliases = all(definition.aliases, "computable");
  const search = all(definition.search, "computable");
  const result = all(definition.result, "ends");
  return {
    name: definition.saga,
    title: definition.title ?? definition.saga,
    owner: definition.owner,
    version,
    hash,
    label: `${definition.saga}@${version}#${hash}`,
    cron: definition.cron === undefined ? undefined : cronOf(definition.cron, compile, fieldTypes(events)),
    deadlineMillis: definition.deadlineMillis,
    patienceMillis: definition.patienceMillis,
    undoesInParallel: definition.compensation === "parallel",
    steps,
    stepByName: new Map(steps.map((step) => [step.name, step])),
    pivots: steps.filter(({ pivot }) => pivot),
    choices: choicesOf(steps),
    roles,
    wants: new Set(roles.keys()),
    fansOut: steps.some(({ each }) => each !== undefined),
    startsChildren: steps.some(({ child }) => child !== undefined),
    emits: new Set(steps.flatMap(({ command, undo }) => [command?.event, undo?.request.event]).filter((name) => name !== undefined)),
    reads: fieldsRead(definition, { steps, roles, others: [...aliases, ...search, ...result].map(([, expression]) => expression) }),
    correlations: correlationsOf(definition, compile),
    aliased: new Map(
      Object.entries(definition.aliased).map(([event, { alias, of }]) => [event, { alias, of: compile("event", of, { events: [event] }) }]),
    ),
    aliases,
    correlateFields: new Map(events.flatMap(({ name, correlateField }) => (correlateField === undefined ? [] : [[name, correlateField]]))),
    search,
    result,
    ids,
  };
}

const hashOf = (definition: Definition, ids: Ids): string =>
  ids
    .messageId("troupe.definition", [JSON.stringify(definition)])
    .replaceAll("-", "")
    .slice(0, 12);

/** By event, so that each reads its own types; `default` stays for events that a later version may follow. */
function correlationsOf(definition: Definition, compile: CompileStrictly): ReadonlyMap<string, Expression> {
  const entries = Object.entries(definition.correlate).flatMap(([entry, text]) => [
    ...eventsUnder(definition, entry).map((event) => [event, compile("event", text, { events: [event] })] as const),
    ...(entry === "default" ? [[entry, compile("event", text, {})] as const] : []),
  ]);
  return new Map(entries);
}

function strict(compile: CompileExpression, saga: string): CompileStrictly {
  return (scope, text, site) => {
    const compiled = compile(scope, text, site);
    if (!("invalid" in compiled)) return compiled;
    throw invalid(saga, `\`${text}\` is no valid CEL: ${compiled.invalid}`);
  };
}

const invalid = (saga: string, reason: string): TroupeError =>
  new TroupeError("DEFINITION_INVALID", { file: saga, line: 1, column: 1, reason });

function cronOf({ cron, zone, missed, emit, with: mapping }: Cron, compile: CompileStrictly, typeOf: TypeOf): CompiledCron {
  const fields = Object.entries(mapping).map(
    ([field, text]) => [field, compile("schedule", text, { target: typeOf(emit, field) })] as const,
  );
  return { cron, zone, missed, next: nextInstantOf(cron, zone), request: { event: emit, fields } };
}

type TypeOf = StepCompiling["typeOf"];

function fieldTypes(events: readonly KnownEvent[]): TypeOf {
  const types = new Map(events.map(({ name, types: fields = [] }) => [name, fields]));
  return (event, field) => types.get(event)?.find(({ name }) => name === field)?.type;
}

function stepsOf(
  definition: Definition,
  { compile, options }: { compile: CompileStrictly; options: CompileOptions },
): readonly CompiledStep[] {
  const hasPivot = (saga: string | undefined): boolean => saga !== undefined && options.children?.get(saga)?.hasPivot === true;
  const places = placesOf(definition, ({ pivot, child }) => pivot || hasPivot(child?.saga));
  const childOf = (saga: string): ChildContract => {
    const contract = options.children?.get(saga);
    if (contract !== undefined) return contract;
    const known = [...(options.children?.keys() ?? [])].join(", ");
    throw invalid(definition.saga, `starts the saga \`${saga}\`, which is not known; known are ${known === "" ? "none" : known}`);
  };
  const typeOf = fieldTypes(options.events ?? []);
  return definition.steps.map((step) => compileStep(step, { compile, place: places(step.name), childOf, typeOf }));
}

function choicesOf(steps: readonly CompiledStep[]): ReadonlyMap<string, readonly CompiledStep[]> {
  const groups = new Map<string, CompiledStep[]>();
  for (const step of steps) if (step.choice !== undefined) groups.set(step.choice, [...(groups.get(step.choice) ?? []), step]);
  return groups;
}
