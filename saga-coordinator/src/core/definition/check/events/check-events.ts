import { unknownName } from "../../problems.ts";
import type { CelMap, KnownEvent } from "../../types.ts";
import { type Checking, listenings, undoOf } from "../checking.ts";
import { childOf } from "../steps/check-children.ts";

/** Events exist, each can be correlated, and what is emitted is complete. */
export function checkEvents(checking: Checking): void {
  const { events, definition } = checking;
  if (events === undefined) return;
  checkKnown(checking, events);
  checkCorrelated(checking, events);
  const emit = (emission: Emitted): void => checkEmission(checking, events, emission);
  for (const step of definition.steps) {
    const at = `steps.${step.name}`;
    const undo = undoOf(step);
    const startEvent = childOf(checking, step.child?.saga)?.start[0]?.on;
    if (step.command !== undefined) emit({ ...step.command, path: `${at}.command` });
    if (undo !== undefined) emit({ ...undo, path: `${at}.compensate` });
    if (step.child !== undefined && startEvent !== undefined) emit({ emit: startEvent, with: step.child.with, path: at });
  }
  if (definition.cron !== undefined) emit({ ...definition.cron, path: "start.0" });
}

function checkKnown({ source, definition }: Checking, events: ReadonlyMap<string, KnownEvent>): void {
  const allowed = namesToOffer(events);
  const named = [...Object.keys(definition.correlate), ...Object.keys(definition.aliased)].filter((event) => event !== "default");
  const heard = listenings(definition).flatMap(({ event, path }) =>
    event === definition.cron?.emit ? [] : [{ event, path: `${path}.on` }],
  );
  for (const { event, path } of [...heard, ...named.map((name) => ({ event: name, path: `correlate.${name}` }))]) {
    if (events.has(event)) continue;
    source.report(path, { code: "event-unknown", message: unknownName(`event \`${event}\` has no schema`, { found: event, allowed }) });
  }
}

function checkCorrelated({ source, definition }: Checking, events: ReadonlyMap<string, KnownEvent>): void {
  const { correlate, aliased } = definition;
  for (const { event, path } of listenings(definition)) {
    const description = events.get(event);
    if (description === undefined || description.correlateField !== undefined) continue;
    if (Object.hasOwn(correlate, event) || Object.hasOwn(correlate, "default") || Object.hasOwn(aliased, event)) continue;
    const message = `${event} can't be correlated: its schema has no \`correlate\` field and the saga has no correlate entry for it`;
    source.report(`${path}.on`, { code: "correlation-impossible", message });
  }
}

/** Without the events of the platform itself, which hardly a saga means. */
function namesToOffer(events: ReadonlyMap<string, KnownEvent>): readonly string[] {
  return [...events.values()].flatMap(({ name, fullName }) => (fullName.startsWith("troupe.") ? [] : [name]));
}

type Emitted = { readonly emit: string; readonly with: CelMap; readonly path: string };

function checkEmission({ source }: Checking, events: ReadonlyMap<string, KnownEvent>, emission: Emitted): void {
  const { emit, path } = emission;
  const event = events.get(emit);
  if (event === undefined) {
    const message = unknownName(`event \`${emit}\` has no schema`, { found: emit, allowed: namesToOffer(events) });
    source.report(`${path}.emit`, { code: "event-unknown", message });
    return;
  }
  for (const field of Object.keys(emission.with).filter((name) => !event.fields.includes(name))) {
    const message = unknownName(`${event.name} has no field \`${field}\``, { found: field, allowed: event.fields });
    source.report(`${path}.with.${field}`, { code: "field-unknown", message });
  }
  const needed = new Set([...(event.requiredFields ?? []), event.keyField, event.correlateField].filter((field) => field !== undefined));
  const missing = [...needed].filter((field) => !Object.hasOwn(emission.with, field));
  if (missing.length === 0) return;
  const message = `${event.name} needs ${missing.join(", ")}, which \`with\` does not map`;
  source.report(`${path}.with`, { code: "field-unmapped", message });
}
