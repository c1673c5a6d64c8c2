import type { Ids } from "@troupe/kernel";
import { childContract } from "../compile/child-contract.ts";
import { compileDefinition } from "../compile/compile-definition.ts";
import type { ChildContract } from "../compile/compiled.ts";
import type { Definition, KnownEvent } from "../definition/types.ts";

export type ChildSources = { readonly sagas: readonly Definition[]; readonly ids: Ids; readonly events: readonly KnownEvent[] };

/**
 * What a definition needs to know of the sagas that its steps start, by name. One that is not among `sagas` is taken
 * as a saga without a pivot, so that a definition can be looked at alone.
 */
export function childContractsOf({ steps }: Definition, sources: ChildSources): ReadonlyMap<string, ChildContract> {
  const names = [...new Set(steps.flatMap(({ child }) => (child === undefined ? [] : [child.saga])))];
  return new Map(names.map((name) => [name, contractOf(name, sources)]));
}

function contractOf(name: string, { sagas, ids, events }: ChildSources): ChildContract {
  const alone: ChildContract = { startEvent: `start of ${name}`, sagaIdOf: () => name, hasPivot: false };
  const child = sagas.find(({ saga }) => saga === name);
  if (child === undefined) return alone;
  const others = sagas.filter((other) => other !== child); // a circle, which the checker refuses, ends here
  const children = childContractsOf(child, { sagas: others, ids, events });
  return childContract(compileDefinition(child, { version: 1, ids, events, children })) ?? alone;
}
