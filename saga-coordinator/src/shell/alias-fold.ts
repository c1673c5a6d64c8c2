import {
  type Applied,
  type Current,
  type DocumentFold,
  type Emission,
  ENGINE_DEFAULTS,
  type FoldContext,
  type Notice,
} from "@troupe/engine";
import { documentId, type EventFact, type Fact, type Ids, type Json, parseDocumentId, type TimerFact, toTaggedJson } from "@troupe/kernel";
import {
  type AliasEffect,
  type AliasFact,
  type AliasState,
  aliasOf,
  COORDINATOR_SOURCE,
  reactAlias,
  UNKNOWN_ALIAS,
  type WaitingEvent,
} from "../core/index.ts";
import type { Definitions } from "./definitions.ts";

/** Owner of the alias documents, apart from the sagas so that no list of sagas shows them. */
export const ALIASES = "saga-aliases";
const CLAIM = "AliasClaimed";
const RELEASE = "AliasReleased";
/**
 * How long a value stays with a saga that has ended: what was said while it ran is read within the horizon, and the margin
 * is for what stands in outboxes meanwhile.
 */
const MARKER_MILLIS = ENGINE_DEFAULTS.horizonMillis + 86_400_000;
/** Of a value whose definition is not loaded here any more. */
const PATIENCE_MILLIS = 3_600_000;

type AliasDocument = { readonly alias: AliasState; readonly trace: string | null };

/** Aliases as the engine folds them: one document per tenant, definition, alias and value. */
export function aliasFold(definitions: Definitions, ids: Ids): DocumentFold {
  return {
    owner: ALIASES,
    source: COORDINATOR_SOURCE,
    wants: new Set([CLAIM, RELEASE, ...definitions.all.flatMap(({ aliased }) => [...aliased.keys()])]),
    route: (fact) => routeTo(definitions, fact),
    apply: (current, fact, context) => applyFact(definitions, ids, { current, fact, context }),
    due: (current, now) => due(current, { ids, now }),
    traceparentOf: (state) => (state as unknown as AliasDocument).trace ?? undefined, // written below
  };
}

function routeTo({ all }: Definitions, fact: EventFact): readonly string[] {
  const { tenant } = fact.envelope;
  const named = (definition: string, alias: string, value: string) =>
    documentId({ tenant, definition: `${definition}.${alias}`, key: value });
  if (fact.name === CLAIM || fact.name === RELEASE) {
    const { definition, alias, value } = fact.payload;
    return [named(String(definition), String(alias), String(value))];
  }
  const ids = all.flatMap((definition) => {
    const found = aliasOf(definition, fact);
    return found === undefined ? [] : [named(definition.name, found.alias, found.value)];
  });
  return [...new Set(ids)];
}

type Applying = { readonly current: Current | undefined; readonly fact: Fact; readonly context: FoldContext };

function applyFact(definitions: Definitions, ids: Ids, { current, fact, context }: Applying): Applied {
  const name = parseDocumentId(context.documentId);
  const [definition = "", alias = ""] = name?.definition.split(".") ?? [];
  const { tenant = "", key: value = "" } = name ?? {};
  const before = current === undefined ? UNKNOWN_ALIAS : (current.state as unknown as AliasDocument).alias; // written below
  const { state, effects } = reactAlias(before, meaningOf(fact), {
    now: context.now,
    markerMillis: MARKER_MILLIS,
    patienceMillis: definitions.all.find((known) => known.name === definition)?.patienceMillis ?? PATIENCE_MILLIS,
    name: `${definition}.${alias}/${value}`,
  });
  return {
    definition: `${definition}.${alias}`,
    status: statusOf(state),
    state: { alias: state, trace: context.traceparent ?? null } as unknown as Json, // plain data, as its types say
    dueAt: state.dueAt,
    emit: effects.flatMap((effect) => emissionOf(effect, { ids, place: { tenant, definition, alias, value }, cause: fact.identity })),
    history: [],
    notices: effects.flatMap((effect) => noticesOf(effect, { definition, alias, value })),
  };
}

function statusOf({ owner, waiting, dueAt, unclaimed }: AliasState): string {
  if (owner !== null) return dueAt === null ? "claimed" : "released";
  if (waiting.length === 0) return "free";
  return unclaimed || dueAt === null ? "unclaimed" : "waiting";
}

/** Somebody has to look at events that nobody wants. */
function noticesOf(effect: AliasEffect, { definition, alias, value }: Omit<Place, "tenant">): Notice[] {
  if (effect.kind !== "unclaimed" && effect.kind !== "forgotten") return [];
  const claimed = `name ${alias} ${value}, which no ${definition} has claimed`;
  const text =
    effect.kind === "unclaimed"
      ? `alias-unclaimed: ${effect.events} events ${claimed}`
      : `alias-forgotten: ${effect.events} events ${claimed}, and are kept no longer`;
  return [{ level: "error", text, fields: { saga: definition } }];
}

function meaningOf(fact: Fact): AliasFact {
  if (fact.kind !== "event") return { kind: "due" };
  if (fact.name === CLAIM) return { kind: "claimed", by: String(fact.payload["sagaId"]) };
  if (fact.name === RELEASE) return { kind: "released", by: String(fact.payload["sagaId"]) };
  const { effect = null, causationId = null, role = null } = fact.envelope;
  const payload = toTaggedJson(fact.payload) as WaitingEvent["payload"]; // a payload is a map
  return { kind: "event", event: { event: fact.name, payload, identity: fact.identity, effect, causationId, role } };
}

type Place = { readonly tenant: string; readonly definition: string; readonly alias: string; readonly value: string };

function emissionOf(effect: AliasEffect, { ids, place, cause }: { ids: Ids; place: Place; cause: string }): Emission[] {
  const { tenant, definition, alias, value } = place;
  switch (effect.kind) {
    case "forward": {
      const { event, payload, identity, effect: about, causationId, role } = effect.event;
      const id = ids.messageId("troupe.forward", [tenant, definition, alias, value, identity]);
      const fields = { sagaId: effect.to, definition, event, payload: JSON.stringify(payload), identity, effect: about, causationId, role };
      return [{ name: "EventForwarded", payload: fields, id, correlationId: effect.to, causationId: cause }];
    }
    case "refuse": {
      const id = ids.messageId("troupe.refuse", [tenant, definition, alias, value, effect.by]);
      const fields = { sagaId: effect.by, definition, alias, value, owner: effect.owner };
      return [{ name: "AliasRefused", payload: fields, id, correlationId: effect.by, causationId: cause }];
    }
    case "unclaimed":
    case "forgotten":
      return [];
    default:
      return effect satisfies never;
  }
}

function due(current: Current, { ids, now }: { ids: Ids; now: number }): readonly TimerFact[] {
  const { dueAt } = (current.state as unknown as AliasDocument).alias; // written above
  if (dueAt === null || dueAt > now) return [];
  return [{ kind: "timer", identity: ids.messageId("troupe.timer", [current.id, "due", dueAt]), name: "due", dueAt }];
}
