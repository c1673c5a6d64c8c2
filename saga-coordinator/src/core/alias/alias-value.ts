import type { EventFact } from "@troupe/kernel";
import type { CompiledDefinition } from "../compile/compiled.ts";
import { keyText } from "../fold/facts/match.ts";

/** The alias by which an event names its saga. Undefined: it carries the saga id, or its alias is null, empty or can't be computed. */
export function aliasOf(
  { aliased }: CompiledDefinition,
  { name, payload }: Pick<EventFact, "name" | "payload">,
): { readonly alias: string; readonly value: string } | undefined {
  const found = aliased.get(name);
  if (found === undefined) return undefined;
  try {
    const value = keyText(found.of.evaluate({ event: payload }));
    return value === undefined ? undefined : { alias: found.alias, value };
  } catch {
    return undefined; // no saga is known that could be stuck on it
  }
}
