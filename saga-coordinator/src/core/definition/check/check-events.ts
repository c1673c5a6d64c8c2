import { unknownName } from "../problems.ts";
import type { Emission, KnownEvent } from "../types.ts";
import { type Checking, type Listening, listenings, undoOf } from "./checking.ts";

/** Events exist, each means one thing to the saga (rule 12), each can be correlated, and what is emitted is complete. */
export function checkEvents(checking: Checking): void {
  const heard = listenings(checking.definition);
  checkOneMeaning(checking, heard);
  if (checking.events === undefined) return;
  const known = new Map(checking.events.map((event) => [event.name, event]));
  checkKnown(checking, { heard, known });
  checkCorrelation(checking, { heard, known });
  for (const step of checking.definition.steps) {
    if (step.command !== undefined) checkEmission(checking, { emission: step.command, path: `steps.${step.name}.command`, known });
    const undo = undoOf(step);
    if (undo !== undefined) checkEmission(checking, { emission: undo, path: `steps.${step.name}.compensate`, known });
  }
}

type Heard = { readonly heard: readonly Listening[]; readonly known: ReadonlyMap<string, KnownEvent> };

/** Without guards two meanings of one event can't be told apart. */
function checkOneMeaning({ source }: Checking, heard: readonly Listening[]): void {
  const meanings = new Map<string, string>();
  for (const { event, path, meaning } of heard) {
    const other = meanings.get(event);
    if (other === undefined) meanings.set(event, meaning);
    else {
      const message = `${event} is ${meaning} and already ${other}; allowed is one meaning per event, else an answer can't be told from the other`;
      source.report(path, { code: "event-ambiguous", message });
    }
  }
}

function checkKnown({ source, definition }: Checking, { heard, known }: Heard): void {
  const allowed = [...known.keys()];
  const correlated = Object.keys(definition.correlate).filter((event) => event !== "default");
  for (const { event, path } of [...heard, ...correlated.map((name) => ({ event: name, path: `correlate.${name}` }))]) {
    if (known.has(event)) continue;
    source.report(path, { code: "event-unknown", message: unknownName(`event \`${event}\` has no schema`, { found: event, allowed }) });
  }
}

function checkCorrelation({ source, definition }: Checking, { heard, known }: Heard): void {
  const { correlate } = definition;
  for (const { event, path } of heard) {
    const description = known.get(event);
    if (description === undefined || Object.hasOwn(correlate, event) || Object.hasOwn(correlate, "default")) continue;
    if (description.correlateField !== undefined) continue;
    const message = `${event} can't be correlated: its schema has no \`correlate\` field and the saga has no correlate entry for it`;
    source.report(path, { code: "correlation-impossible", message });
  }
}

function checkEmission(
  { source }: Checking,
  { emission, path, known }: { emission: Emission; path: string; known: ReadonlyMap<string, KnownEvent> },
): void {
  const event = known.get(emission.emit);
  if (event === undefined) {
    const message = unknownName(`event \`${emission.emit}\` has no schema`, { found: emission.emit, allowed: [...known.keys()] });
    source.report(`${path}.emit`, { code: "event-unknown", message });
    return;
  }
  for (const field of Object.keys(emission.with).filter((name) => !event.fields.includes(name))) {
    const message = unknownName(`${event.name} has no field \`${field}\``, { found: field, allowed: event.fields });
    source.report(`${path}.with.${field}`, { code: "field-unknown", message });
  }
  const needed = new Set([
    ...(event.requiredFields ?? []),
    event.keyField,
    ...(event.correlateField === undefined ? [] : [event.correlateField]),
  ]);
  const missing = [...needed].filter((field) => !Object.hasOwn(emission.with, field));
  if (missing.length > 0) {
    const message = `${event.name} needs ${missing.join(", ")}, which \`with\` does not map`;
    source.report(`${path}.with`, { code: "field-unmapped", message });
  }
}
