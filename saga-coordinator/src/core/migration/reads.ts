import type { CompiledDefinition, CompiledStep } from "../compile/compiled.ts";
import type { Expression, Reference } from "../expressions.ts";

/** Fields that are read of something; `all` when an expression may read any. */
export type Fields = ReadonlySet<string> | "all";

/** What the expressions of a version read of the start, and of the results of its steps. */
export type Reads = { readonly start: Fields; readonly steps: ReadonlyMap<string, Fields> };

export function readsOf(definition: CompiledDefinition): Reads {
  const references = expressionsOf(definition).flatMap((expression) => expression.references);
  const ofStart = references.filter(({ root }) => root === "start").map(({ path }) => path[0]);
  const steps = definition.steps.map(({ name, each }) => [name, fieldsOf(ofStep(references, name), each !== undefined)] as const);
  return { start: fieldsOf(ofStart, false), steps: new Map(steps) };
}

/** The field of each reference to a step; undefined where it may be any. */
function ofStep(references: readonly Reference[], name: string): readonly (string | undefined)[] {
  return references
    .filter(({ root, path }) => root === "steps" && (path[0] === undefined || path[0] === name))
    .map(({ path }) => (path[0] === undefined ? undefined : path[1]));
}

/** The fields of a fan-out come under keys that nobody knows here, so whatever reads it reads all. */
function fieldsOf(read: readonly (string | undefined)[], fansOut: boolean): Fields {
  if (read.length > 0 && (fansOut || read.includes(undefined))) return "all";
  return new Set(read.filter((field) => field !== undefined));
}

function expressionsOf({ steps, roles, aliases, search, result }: CompiledDefinition): readonly Expression[] {
  const guards = [...roles.values()].flat().flatMap(({ guard }) => guard ?? []);
  const ofSaga = [...aliases, ...search, ...result].map(([, expression]) => expression);
  return [...steps.flatMap(expressionsOfStep), ...guards, ...ofSaga];
}

function expressionsOfStep({ command, undo, guard, wait, each, repeat }: CompiledStep): readonly Expression[] {
  const single = [guard, wait?.kind === "until" ? wait.at : undefined, each?.items, each?.key, each?.answerKey, repeat?.while];
  const fields = [...(command?.fields ?? []), ...(undo?.request.fields ?? [])].map(([, expression]) => expression);
  return [...single.filter((expression) => expression !== undefined), ...fields];
}
