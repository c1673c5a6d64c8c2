import { type Fact, fromTaggedJson, type HistoryEntry, type Json, type JsonObject, type Payload, toTaggedJson } from "@troupe/kernel";
import type { CompiledDefinition } from "./compile/compiled.ts";
import { withoutUnread } from "./fold/acts/act-data.ts";
import { MIGRATE, withOrigin } from "./migration/act.ts";
import type { EventEntry, FactEntry } from "./state.ts";

/** `ce_source` of what sagas emit: a start from here with an effect is a sub-saga's. */
export const COORDINATOR_SOURCE = "/saga-coordinator";

const NOTHING: ReadonlySet<string> = new Set();

/**
 * What the history keeps of a fact, and all that the fold ever sees of it: that is why state = fold(history) holds
 * by construction, also when the log has expired.
 */
export function entryOf(definition: CompiledDefinition, fact: Fact): FactEntry {
  const { kind, identity, name } = fact;
  if (kind === "timer") return { kind, identity, name, dueAt: fact.dueAt };
  if (kind === "act" && name === MIGRATE) return { kind, identity, name, data: withOrigin(definition, fact.data) };
  if (kind === "act") {
    const data = withoutUnread(definition, name, fact.data);
    return { kind, identity, name, ...(Object.keys(data).length === 0 ? {} : { data }) };
  }
  const { effect, causationId, role, source } = fact.envelope;
  const payload = fieldsToJson(fact.payload, definition.reads.get(name) ?? NOTHING);
  const answersRequest = causationId !== undefined && isAnswerToRequest(definition, name);
  return {
    kind,
    identity,
    name,
    ...(effect === undefined ? {} : { effect }),
    ...(answersRequest ? { causationId } : {}),
    ...(effect !== undefined && source === COORDINATOR_SOURCE && isStart(definition, name) ? { parent: effect } : {}),
    ...(role !== undefined && isAnswerOfPerson(definition, name) ? { role } : {}),
    ...(Object.keys(payload).length === 0 ? {} : { payload }),
  } satisfies EventEntry;
}

/** Only answers to something we sent can name it as their cause; other causes are not worth their bytes. */
function isAnswerToRequest(definition: CompiledDefinition, event: string): boolean {
  return (definition.roles.get(event) ?? []).some(
    (role) =>
      role.kind === "undone" ||
      role.kind === "undoFailed" ||
      (role.kind !== "start" && definition.stepByName.get(role.step)?.command !== undefined),
  );
}

function isStart({ roles }: CompiledDefinition, event: string): boolean {
  return (roles.get(event) ?? []).some(({ kind }) => kind === "start");
}

function isAnswerOfPerson({ roles, stepByName }: CompiledDefinition, event: string): boolean {
  return (roles.get(event) ?? []).some((role) => role.kind !== "start" && stepByName.get(role.step)?.human !== undefined);
}

/** A stored history entry read back. */
export function readEntry({ entry }: Pick<HistoryEntry, "entry">): FactEntry {
  return entry as FactEntry; // written by entryOf of this or an older version; entries only grow by optional fields
}

export function writeEntry(entry: FactEntry): JsonObject {
  return entry;
}

/** The named fields of a payload as JSON that loses nothing; `all` keeps every one. Absent fields stay absent. */
export function fieldsToJson(payload: Payload, fields: ReadonlySet<string> | "all"): JsonObject {
  const kept: Record<string, Json> = {};
  for (const name of fields === "all" ? Object.keys(payload) : fields) {
    const value = Object.hasOwn(payload, name) ? payload[name] : undefined;
    if (value !== undefined) kept[name] = toTaggedJson(value);
  }
  return kept;
}

/** The fields of a payload that an entry kept. */
export function fieldsFromJson(json: JsonObject): Payload {
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, fromTaggedJson(value)]));
}
