import type { Applied, Current, DocumentFold, Emission, FoldContext, Notice } from "@troupe/engine";
import { documentId, type Fact, type Ids, type Json, type Payload, parseDocumentId, reasonOf, type TimerFact } from "@troupe/kernel";
import { COORDINATOR_SOURCE, type CompiledCron, type CompiledDefinition, reactSchedule, type ScheduleState } from "../core/index.ts";
import type { Definitions } from "./definitions.ts";

/** Owner of the schedule documents, apart from the sagas so that no list of sagas shows them. */
export const SCHEDULES = "saga-schedules";

/** Document of a definition's schedule. */
export function scheduleDocument(tenant: string, definition: string): string {
  return documentId({ tenant, definition, key: "schedule" });
}

type ScheduleDocument = { readonly schedule: ScheduleState; readonly trace: string | null };

/** Cron starts as the engine folds them: one document per tenant and definition, driven by the active version. */
export function scheduleFold(definitions: Definitions, ids: Ids): DocumentFold {
  return {
    owner: SCHEDULES,
    source: COORDINATOR_SOURCE,
    wants: new Set(),
    route: () => [],
    apply: (current, fact, context) => applyFact(definitions, ids, { current, fact, context }),
    due: (current, now) => due(definitions, current, { ids, now }),
    traceparentOf: (state) => (state as unknown as ScheduleDocument).trace ?? undefined, // written below
  };
}

function scheduled(
  { active }: Definitions,
  document: string,
): { readonly definition: CompiledDefinition; readonly cron: CompiledCron } | undefined {
  const name = parseDocumentId(document)?.definition;
  const definition = active.find((one) => one.name === name);
  return definition?.cron === undefined ? undefined : { definition, cron: definition.cron };
}

type Applying = { readonly current: Current | undefined; readonly fact: Fact; readonly context: FoldContext };

function applyFact(definitions: Definitions, ids: Ids, { current, fact, context }: Applying): Applied | undefined {
  const found = scheduled(definitions, context.documentId);
  if (found === undefined) return undefined;
  const { definition, cron } = found;
  const { tenant = "" } = parseDocumentId(context.documentId) ?? {};
  const before = current === undefined ? undefined : (current.state as unknown as ScheduleDocument).schedule; // written below
  const kind = fact.kind === "timer" ? "due" : "activated";
  const { state, ticks } = reactSchedule(cron, before, { fact: { kind }, now: context.now });
  const starts = ticks.map((tick) => startOf(definition, cron, { tick, tenant, ids }));
  return {
    definition: definition.label,
    status: state.nextAt === undefined ? "ended" : "scheduled",
    state: { schedule: state, trace: context.traceparent ?? null } as unknown as Json, // plain data, as its types say
    dueAt: state.nextAt ?? null,
    emit: starts.flatMap((start) => ("emission" in start ? [{ ...start.emission, causationId: fact.identity }] : [])),
    history: [],
    notices: starts.flatMap((start) => ("notice" in start ? [start.notice] : [])),
  };
}

type Tick = { readonly tick: number; readonly tenant: string; readonly ids: Ids };

/** The id follows from the scheduled instant: two processes that fire it emit the same event. */
function startOf(
  { name, owner }: CompiledDefinition,
  { request }: CompiledCron,
  { tick, tenant, ids }: Tick,
): { readonly emission: Emission } | { readonly notice: Notice } {
  const id = ids.messageId("troupe.schedule", [tenant, name, tick]);
  try {
    const payload: Payload = Object.fromEntries(request.fields.map(([field, expression]) => [field, expression.evaluate({ tick })]));
    return { emission: { name: request.event, payload, id } };
  } catch (error) {
    const text = `schedule-broken: the start of ${name} scheduled at ${tick} can't be computed (${reasonOf(error)})`;
    return { notice: { level: "error", text, fields: { saga: name, owner: owner ?? null } } };
  }
}

function due(definitions: Definitions, current: Current, { ids, now }: { ids: Ids; now: number }): readonly TimerFact[] {
  const { nextAt } = (current.state as unknown as ScheduleDocument).schedule; // written above
  if (nextAt === undefined || nextAt > now || scheduled(definitions, current.id) === undefined) return [];
  return [{ kind: "timer", identity: ids.messageId("troupe.timer", [current.id, "due", nextAt]), name: "due", dueAt: nextAt }];
}
