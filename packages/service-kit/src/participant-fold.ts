import type { Applied, Current, DocumentFold } from "@troupe/engine";
import { type ActFact, documentId, type EventFact, type Fact, type Ids, type Json, type TimerFact, TroupeError } from "@troupe/kernel";
import type { ApplyEnvironment, FoldTools } from "./apply-environment.ts";
import type { EventMap, ServiceDefinition } from "./definition.ts";
import { handleEvent } from "./handle-event.ts";
import { HandlerMemory } from "./handler-memory.ts";
import { foldRequest, isRequestDocument, REQUEST_STATUSES, replyToRequest } from "./http/fold-request.ts";
import { emptyState, nextDueAt, type ParticipantState, readState, writeState } from "./participant-state.ts";
import { beginReactions } from "./reactions/begin-reactions.ts";
import { endReaction, retryReaction } from "./reactions/end-reaction.ts";
import type { ReactionEnd } from "./reactions/pending-reactions.ts";

/**
 * A service as the engine folds it: one document per key holds the entity's state, the effects it did, reactions under
 * way and messages that wait for their time.
 */
export function participantFold<Events extends EventMap, State extends Json>(
  definition: ServiceDefinition<Events, State>,
  tools: FoldTools,
): DocumentFold {
  const wants = new Set<string>([
    ...Object.keys(definition.entity.decide),
    ...Object.keys(definition.entity.evolve).filter((name) => !isOwn(definition, name)),
    ...(definition.reactions ?? []).map(({ on }) => String(on)),
    ...Object.values(definition.effects ?? {}).flatMap((rule) => [...rule.do, ...rule.undo].map(String)), // tombstones need no handler
  ]);
  return {
    owner: definition.name,
    source: `/services/${definition.name}`,
    wants,
    route: (fact) => [routeTo(definition, fact)],
    apply: (current, fact, context) => applyFact(current, fact, { definition, tools, context }),
    finished: { archive: [], remove: REQUEST_STATUSES }, // entities are the service's own books
    again: (current, fact, context) => beginAgain(current, fact, { definition, tools, context }),
    due: (current, now) => dueTimers(current, now, tools.ids),
    traceparentOf: (state, timer) => traceOf(readState(state), timer) ?? undefined,
    reply: (current, fact) =>
      current !== undefined && isRequestDocument(definition.name, current.id) ? replyToRequest(current, fact) : null,
  };
}

/** Events that only this service publishes are applied when they are decided, so they need not be read back. */
function isOwn<Events extends EventMap, State extends Json>(definition: ServiceDefinition<Events, State>, name: string): boolean {
  return !(name in definition.entity.decide) && definition.publishes.some((own) => own === name);
}

function routeTo<Events extends EventMap, State extends Json>(definition: ServiceDefinition<Events, State>, fact: EventFact): string {
  const key = definition.key === undefined ? fact.envelope.correlationId : definition.key(fact);
  if (key === undefined || key === "") {
    throw new TroupeError("CORRELATION_MISSING", { event: fact.name, field: "ce_correlationid", found: "absent" });
  }
  return documentId({ tenant: fact.envelope.tenant, definition: definition.name, key });
}

function applyFact<Events extends EventMap, State extends Json>(
  current: Current | undefined,
  fact: Fact,
  environment: ApplyEnvironment<Events, State>,
): Applied | undefined {
  if (isRequestDocument(environment.definition.name, environment.context.documentId)) {
    return foldRequest(current, fact, environment);
  }
  const state = current === undefined ? emptyState(environment.definition.entity.initial) : readState(current.state);
  const memory = new HandlerMemory({ ...state, trace: environment.context.traceparent ?? state.trace }, environment);
  if (fact.kind === "event") handleEvent(memory, fact);
  else if (fact.kind === "timer") fireTimer(memory, fact);
  else endReaction(memory, reactionEndOf(fact));
  return appliedOf(memory);
}

/** Reactions that gave up on an event begin again when its dead letter is redriven; nothing else of it is applied twice. */
function beginAgain<Events extends EventMap, State extends Json>(
  current: Current,
  fact: EventFact,
  environment: ApplyEnvironment<Events, State>,
): Applied | undefined {
  if (isRequestDocument(environment.definition.name, current.id)) return undefined;
  const state = readState(current.state);
  const memory = new HandlerMemory({ ...state, trace: environment.context.traceparent ?? state.trace }, environment);
  const role = memory.roleOf(fact.name);
  const undone = role?.does && role.status === "undone";
  if (undone) memory.notice("warn", `${fact.name} is redriven after its undo and stays undone`, { effect: role.effect });
  else beginReactions(memory, fact, role);
  return appliedOf(memory);
}

function appliedOf<Events extends EventMap, State extends Json>(memory: HandlerMemory<Events, State>): Applied {
  return {
    definition: memory.environment.definition.name,
    status: statusOf(memory.state),
    state: writeState(memory.state),
    dueAt: nextDueAt(memory.state),
    emit: memory.emissions,
    history: [],
    run: memory.runs,
    notices: memory.notices,
  };
}

/** Searchable: whether something of this service is still to come under this key. */
function statusOf({ pending, delayed }: ParticipantState): "reacting" | "delaying" | "settled" {
  if (Object.keys(pending).length > 0) return "reacting";
  return Object.keys(delayed).length > 0 ? "delaying" : "settled";
}

const reactionEndOf = (fact: ActFact): ReactionEnd => fact.data as unknown as ReactionEnd; // submitted by run-reactions.ts only

const DELAYED = "delayed:";
const REACTION = "reaction:";

function fireTimer<Events extends EventMap, State extends Json>(memory: HandlerMemory<Events, State>, fact: TimerFact): void {
  if (fact.name.startsWith(DELAYED)) memory.emitDelayed(fact.name.slice(DELAYED.length));
  else retryReaction(memory, fact.name.slice(REACTION.length));
}

/** A delayed message and a reaction continue the trace of what set them, not of what came last. */
function traceOf({ delayed, pending, trace }: ParticipantState, { name }: TimerFact): string | null {
  const set = name.startsWith(DELAYED) ? delayed[name.slice(DELAYED.length)] : pending[name.slice(REACTION.length)];
  return set?.trace ?? trace;
}

/** Messages whose time has come, and reactions to run again, earliest first. */
function dueTimers(current: Current, now: number, ids: Ids): readonly TimerFact[] {
  const { pending, delayed } = readState(current.state);
  const waiting = [
    ...Object.entries(delayed).map(([id, { dueAt }]) => ({ name: DELAYED + id, dueAt, generation: 1 })),
    ...Object.entries(pending).map(([id, { dueAt, attempt }]) => ({ name: REACTION + id, dueAt, generation: attempt })),
  ];
  return waiting
    .filter(({ dueAt }) => dueAt <= now)
    .sort((a, b) => a.dueAt - b.dueAt)
    .map(({ name, dueAt, generation }) => ({
      kind: "timer",
      name,
      dueAt,
      identity: ids.identity({ tenant: current.id, source: "timer", id: `${name}/${generation}/${dueAt}` }),
    }));
}
