import type { FieldType } from "@troupe/kernel";
import { type Definition, eventsOf, type KnownEvent } from "../../definition/types.ts";
import type { Expression } from "../../expressions.ts";
import { type SampleOf, sampleValue } from "./sample-value.ts";

/** Whether an atom holds in the world that is looked at; one that was never read is explored with both values. */
export type Ask = (atom: string) => boolean;

/** A list is looked at with every number of elements up to `most`. */
export function sizeOf(list: string, { most, ask }: { readonly most: number; readonly ask: Ask }): number {
  for (let size = 0; size < most; size++) if (ask(sizeAtom(list, size))) return size;
  return most;
}

/** What a path assumes of a list. */
export const sizeAtom = (list: string, size: number): string => `size(${list}) == ${size}`;

/** Types of `start` and `steps`, as far as the schemas tell them. */
export function rootTypes(definition: Definition, events: readonly KnownEvent[]): FieldType {
  const typesOf = (names: readonly string[]): FieldType =>
    record(events.flatMap(({ name, types = [] }) => (names.includes(name) ? types.map((field) => [field.name, field.type] as const) : [])));
  const steps = definition.steps.filter(({ each }) => each === undefined);
  return record([
    ["start", typesOf(definition.start.map(({ on }) => on))],
    ["steps", record(steps.map(({ name, done }) => [name, typesOf(eventsOf(done))]))],
  ]);
}

const record = (fields: readonly (readonly [name: string, type: FieldType])[]): FieldType => ({
  kind: "record",
  name: "",
  fields: fields.map(([name, type]) => ({ name, type, required: true, default: undefined, doc: undefined })),
});

type Scope = { readonly [root: string]: unknown };
type Choosing = { readonly types: FieldType; readonly sample: SampleOf; readonly ask: Ask };

/** Samples are null where they may be; here each such field that an expression reads is looked at with a value too. */
export function withValues({ references }: Expression, scope: Scope, choosing: Choosing): Scope {
  return references.reduce<Scope>((known, { root, path }) => {
    const filled = fill(known, [root, ...path], { ...choosing, at: "" });
    return filled as Scope; // an object stays one
  }, scope);
}

function fill(value: unknown, path: readonly string[], of: Choosing & { readonly at: string }): unknown {
  const { types, sample, ask, at } = of;
  if (value === null && types.kind === "nullable")
    return ask(`${at} == null`) ? null : fill(sampleValue(types.of, sample), path, { ...of, types: types.of });
  const [name, ...rest] = path;
  const inside = types.kind === "nullable" ? types.of : types;
  if (name === undefined || typeof value !== "object" || value === null || inside.kind !== "record") return value;
  const type = inside.fields.find((field) => field.name === name)?.type;
  const [, before] = Object.entries(value).find(([key]) => key === name) ?? [];
  if (type === undefined || before === undefined) return value;
  const after = fill(before, rest, { ...of, types: type, at: at === "" ? name : `${at}.${name}` });
  return after === before ? value : { ...value, [name]: after };
}
