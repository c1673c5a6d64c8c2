import type { EventFact, Value } from "@troupe/kernel";
import type { CompiledDefinition } from "./compile/compiled.ts";

/**
 * Which instance an event belongs to: by the definition's own expression for the event, else its default, else the
 * field that the event's schema names, else the correlation id of the envelope. Undefined: it belongs to none,
 * because the value is missing, null or empty, or because the expression fails on this event.
 */
export function correlate(
  definition: CompiledDefinition,
  event: Pick<EventFact, "name" | "payload"> & { readonly envelope: Pick<EventFact["envelope"], "correlationId"> },
): string | undefined {
  const expression = definition.correlations.get(event.name) ?? definition.correlations.get("default");
  if (expression !== undefined) {
    try {
      return idOf(expression.evaluate({ event: event.payload }));
    } catch {
      return undefined; // no saga is known that could be stuck on it
    }
  }
  const field = definition.correlateFields.get(event.name);
  const value = field !== undefined && Object.hasOwn(event.payload, field) ? event.payload[field] : undefined;
  return idOf(value) ?? idOf(event.envelope.correlationId);
}

/** Whole numbers are ids too, as their text; a fraction is a mistake. */
function idOf(value: Value | undefined): string | undefined {
  if (typeof value === "bigint" || Number.isInteger(value)) return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
