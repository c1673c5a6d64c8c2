import { correlate } from "../correlate.ts";
import type { ChildContract, CompiledDefinition } from "./compiled.ts";

/**
 * What a parent needs to know of a saga to start it as its sub-saga. Undefined when it has several starts, or none, so
 * that nobody could tell which of them begins it.
 */
export function childContract(definition: CompiledDefinition): ChildContract | undefined {
  const starts = [...definition.roles].filter(([, roles]) => roles.some(({ kind }) => kind === "start")).map(([event]) => event);
  const [startEvent] = starts;
  if (startEvent === undefined || starts.length > 1) return undefined;
  return {
    startEvent,
    sagaIdOf: (payload) => correlate(definition, { name: startEvent, payload, envelope: {} }),
    hasPivot: definition.steps.some(({ pivot }) => pivot),
  };
}
