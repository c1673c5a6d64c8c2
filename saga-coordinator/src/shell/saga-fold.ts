import type { Applied, Current, DocumentFold, Emission, FoldContext, Notice } from "@troupe/engine";
import { documentId, type EventFact, type Fact, type JsonObject, parseDocumentId } from "@troupe/kernel";
import {
  beginSaga,
  COORDINATOR_SOURCE,
  type CompiledDefinition,
  correlate,
  type Effect,
  LIFECYCLE_EVENTS,
  nextDueAt,
  parseEffect,
  react,
  type SagaState,
  timerFacts,
} from "../core/index.ts";
import { controlledSaga, meaningOf, SAGA_CONTROLS } from "./control-facts.ts";
import type { Definitions } from "./definitions.ts";
import { sagaOf, searchableStatus, searchKeys, traceOf, writeSaga } from "./saga-document.ts";

export const COORDINATOR = "saga-coordinator";

/** What the role counts when a saga ended; handed over once the write is durable. */
export type SagaEnded = { readonly definition: string; readonly status: string };

/** Sagas as the engine folds them: the pure core between a document and what follows from a fact. */
export function sagaFold(definitions: Definitions): DocumentFold {
  return {
    owner: COORDINATOR,
    source: COORDINATOR_SOURCE,
    wants: new Set([...definitions.wants, ...SAGA_CONTROLS]),
    route: (fact) => routeTo(definitions, fact),
    apply: (current, fact, context) => applyFact(definitions, { current, fact, context }),
    finished: { archive: ["completed", "compensated", "declined"], remove: [] },
    keeps: ({ state }) => state !== null && sagaOf(state).parent !== undefined, // its parent may still undo it
    takesReserve: ({ state }, { name }) => sagaOf(state).status === "compensating" || SAGA_CONTROLS.includes(name),
    due: (current, now) => timerFacts(definitions.pinned(current.definition), sagaOf(current.state), now),
    traceparentOf: traceOf,
  };
}

/**
 * One document per definition that follows the event: each definition has its own instance. Versions that are not active
 * any more are asked too, for the sagas that run them.
 */
function routeTo(definitions: Definitions, fact: EventFact): readonly string[] {
  if (SAGA_CONTROLS.includes(fact.name)) {
    const { definition, id } = controlledSaga(fact);
    return definitions.all.some(({ name }) => name === definition) ? [id] : [];
  }
  if (IS_LIFECYCLE.has(fact.name)) return parentOf(definitions, fact);
  const ids = definitions.all.flatMap((definition) => {
    if (definition.aliased.has(fact.name)) return []; // comes by way of its alias
    const key = definition.wants.has(fact.name) ? correlate(definition, fact) : undefined;
    return key === undefined ? [] : [documentId({ tenant: fact.envelope.tenant, definition: definition.name, key })];
  });
  return [...new Set(ids)];
}

/**
 * The version that decides about a fact: the one that the saga runs, else the active one. Undefined when that does not
 * follow the event, or has it lead to another saga: another version routed it here, and for this saga it means nothing.
 */
function definitionFor(
  definitions: Definitions,
  { current, name, id, fact }: { readonly current: Current | undefined; readonly name: string; readonly id: string; readonly fact: Fact },
): CompiledDefinition | undefined {
  const active = definitions.active.find((definition) => definition.name === name);
  const definition = current === undefined ? active : definitions.pinned(current.definition);
  if (fact.kind !== "event" || SAGA_CONTROLS.includes(fact.name) || IS_LIFECYCLE.has(fact.name)) return definition;
  if (definition?.wants.has(fact.name) !== true) return undefined;
  const leadsHere = !definitions.changed.has(name) || (!definition.aliased.has(fact.name) && correlate(definition, fact) === id);
  return leadsHere ? definition : undefined;
}

const IS_LIFECYCLE: ReadonlySet<string> = new Set(LIFECYCLE_EVENTS);

/** The life of a saga concerns the one that started it, whose step its events carry as their effect; nobody else. */
function parentOf({ all }: Definitions, { envelope }: EventFact): readonly string[] {
  const effect = envelope.effect === undefined ? undefined : parseEffect(envelope.effect);
  if (effect === undefined || !all.some(({ name, startsChildren }) => startsChildren && name === effect.definition)) return [];
  return [documentId({ tenant: effect.tenant, definition: effect.definition, key: effect.sagaId })];
}

function applyFact(
  definitions: Definitions,
  { current, fact, context }: { readonly current: Current | undefined; readonly fact: Fact; readonly context: FoldContext },
): Applied | undefined {
  const { tenant = "", definition: name = "", key: id = "" } = parseDocumentId(context.documentId) ?? {};
  const definition = definitionFor(definitions, { current, name, id, fact });
  if (definition === undefined) return undefined;
  const meant = meaningOf(fact);
  // An act on a saga that nobody knows must not make one; only these say something to a saga that may begin yet.
  if (current === undefined && meant.kind === "act" && !MAY_COME_FIRST.includes(meant.name)) return undefined;
  const before = current === undefined ? beginSaga(definition, { tenant, id }) : sagaOf(current.state);
  const {
    state,
    effects,
    history,
    definition: after,
  } = react(definition, before, { fact: meant, now: context.now, versions: definitions.pinned });
  const cause = fact.kind === "event" ? fact.envelope.id : fact.identity;
  return {
    definition: after.label,
    status: searchableStatus(state),
    state: writeSaga(state, context.traceparent),
    dueAt: nextDueAt(state),
    ...(state.search === before.search ? {} : { search: searchKeys(state) }),
    emit: effects.flatMap((effect) => emissionOf(effect, { id, cause })),
    history,
    run: endedNow(definition, before, state),
    notices: [...actNotice(meant, { definition, id }), ...effects.flatMap((effect) => noticesOf(effect, { definition, id }))],
  };
}

const MAY_COME_FIRST: readonly string[] = ["cancel", "undo", "signal"];

function emissionOf(effect: Effect, { id, cause }: { readonly id: string; readonly cause: string }): Emission[] {
  switch (effect.kind) {
    case "command":
    case "compensation": {
      const { event: name, payload, effect: about, childId = id } = effect;
      return [{ name, payload, id: effect.id, correlationId: childId, causationId: cause, effect: about }];
    }
    case "lifecycle":
    case "control": {
      const about = effect.kind === "lifecycle" && effect.effect !== undefined ? { effect: effect.effect } : {};
      return [{ name: effect.event, payload: effect.payload, id: effect.id, correlationId: id, causationId: cause, ...about }];
    }
    case "alarm":
    case "refusal":
      return [];
    default:
      return effect satisfies never;
  }
}

const ENDINGS: readonly string[] = ["completed", "compensated"];

function endedNow(definition: CompiledDefinition, before: SagaState, after: SagaState): readonly SagaEnded[] {
  const ended = before.status !== after.status && ENDINGS.includes(after.status);
  return ended ? [{ definition: definition.name, status: after.status }] : [];
}

/** Who did what and why, for whoever reads the log. */
function actNotice(fact: Fact, { definition, id }: { readonly definition: CompiledDefinition; readonly id: string }): Notice[] {
  if (fact.kind !== "act" || fact.data["reason"] === undefined) return [];
  const { by = null, role = null, reason, step = null, element = null } = fact.data;
  const fields: JsonObject = { saga: definition.name, sagaId: id, act: fact.name, by, role, reason, step, element };
  return [{ level: "info", text: `operator-act: ${String(by)} asked for ${fact.name}: ${String(reason)}`, fields }];
}

/** One line per change of state for the operator; an alarm names saga, step, cause and what can be done. */
function noticesOf(effect: Effect, { definition, id }: { readonly definition: CompiledDefinition; readonly id: string }): Notice[] {
  const fields: JsonObject = { saga: definition.name, sagaId: id };
  if (effect.kind === "lifecycle") return [{ level: "info", text: effect.event, fields }];
  if (effect.kind === "refusal") return [{ level: "warn", text: `${effect.act} was refused: ${effect.reason}`, fields }];
  if (effect.kind !== "alarm") return [];
  const { code, step, cause, actions, owner } = effect;
  return [{ level: "error", text: `${code}: ${cause}`, fields: { ...fields, step, owner: owner ?? null, actions } }];
}
