import { type CompiledDefinition, type KnownEvent, unknownName } from "../core/index.ts";
import type { Happening } from "./happenings.ts";
import type { Cast } from "./stage.ts";

type Known = { readonly compiled: CompiledDefinition; readonly events: readonly KnownEvent[] };

/** Throws RangeError for an event that has no schema: nobody listens to it, so a misspelt one would be a spec of nothing. */
export function assertKnown(happenings: readonly Happening[], { events }: Known): void {
  const names = happenings.flatMap((one) => (typeof one === "string" ? one : one.kind === "event" ? one.name : []));
  for (const name of names) assertNamed(name, { what: "has no schema", allowed: namesOf(events) });
}

/** The same of who plays what: a part is an event, or a step that people decide. */
export function assertPlayable(cast: Cast, { events, compiled }: Known): void {
  const parts = [...namesOf(events), ...compiled.steps.map(({ name }) => name)];
  for (const part of Object.keys(cast)) assertNamed(part, { what: "has no schema, and is no step", allowed: parts });
  assertKnown(
    Object.values(cast).flatMap(({ answers }) => answers),
    { events, compiled },
  );
}

const namesOf = (events: readonly KnownEvent[]): readonly string[] => events.map(({ name }) => name);

function assertNamed(found: string, { what, allowed }: { readonly what: string; readonly allowed: readonly string[] }): void {
  if (!allowed.includes(found)) throw new RangeError(unknownName(`event \`${found}\` ${what}`, { found, allowed }));
}
