import type { Applied, Current, DocumentFold, Emission, FoldContext } from "@troupe/engine";
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
/** Of a value whose definition is not loaded here any more. */
const PATIENCE_MILLIS = 3_600_000;

type AliasDocument = { readonly alias: AliasState; readonly trace: string | null };

/** Aliases as the engine folds them: one document per tenant, definition, alias and value. */
export function aliasFold(definitions: Definitions, ids: Ids): DocumentFold {
  return {
    owner: ALIASES,
    source: COORDINATOR_SOURCE,
    wants: new Set([CLAIM, ...definitions.all.flatMap(({ aliased }) => [...aliased.keys()])]),
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
  if (fact.name === CLAIM) {
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
  const value = name?.key ?? "";
  const before = current === undefined ? UNKNOWN_ALIAS : (current.state as unknown as AliasDocument).alias; // written below
  const { state, effects } = reactAlias(before, meaningOf(fact), {
    now: context.now,
    patienceMillis: definitions.all.find((known) => known.name === definition)?.patienceMillis ?? PATIENCE_MILLIS,
    name: `${definition}.${alias}/${value}`,
  });
  return {
    definition: `${definition}.${alias}`,
    status: state.owner !== null ? "claimed" : state.dueAt === null ? "unclaimed" : "waiting",
    state: { alias: state, trace: context.traceparent ?? null } as unknown as Json, // plain data, as its types say
    dueAt: state.dueAt,
    emit: effects.flatMap((effect) => emissionOf(effect, { ids, place: { definition, alias, value }, cause: fact.identity })),
    history: [],
    notices: effects.flatMap((effect) =>
      effect.kind === "unclaimed"
        ? [
            {
              level: "error",
              text: `alias-unclaimed: ${effect.events} events name ${alias} ${value}, which no ${definition} has claimed`,
              fields: { saga: definition },
            } as const,
          ]
        : [],
    ),
  };
}

function meaningOf(fact: Fact): AliasFact {
  if (fact.kind !== "event") return { kind: "patience" };
  if (fact.name === CLAIM) return { kind: "claimed", by: String(fact.payload["sagaId"]) };
  const { effect = null, causationId = null, role = null } = fact.envelope;
  const payload = toTaggedJson(fact.payload) as WaitingEvent["payload"]; // a payload is a map
  return { kind: "event", event: { event: fact.name, payload, identity: fact.identity, effect, causationId, role } };
}

type Place = { readonly definition: string; readonly alias: string; readonly value: string };

function emissionOf(effect: AliasEffect, { ids, place, cause }: { ids: Ids; place: Place; cause: string }): Emission[] {
  const { definition, alias, value } = place;
  switch (effect.kind) {
    case "forward": {
      const { event, payload, identity, effect: about, causationId, role } = effect.event;
      const id = ids.messageId("troupe.forward", [definition, alias, value, identity]);
      const fields = { sagaId: effect.to, definition, event, payload: JSON.stringify(payload), identity, effect: about, causationId, role };
      return [{ name: "EventForwarded", payload: fields, id, correlationId: effect.to, causationId: cause }];
    }
    case "refuse": {
      const id = ids.messageId("troupe.refuse", [definition, alias, value, effect.by]);
      const fields = { sagaId: effect.by, definition, alias, value, owner: effect.owner };
      return [{ name: "AliasRefused", payload: fields, id, correlationId: effect.by, causationId: cause }];
    }
    case "unclaimed":
      return [];
    default:
      return effect satisfies never;
  }
}

function due(current: Current, { ids, now }: { ids: Ids; now: number }): readonly TimerFact[] {
  const { dueAt } = (current.state as unknown as AliasDocument).alias; // written above
  if (dueAt === null || dueAt > now) return [];
  return [{ kind: "timer", identity: ids.messageId("troupe.timer", [current.id, "patience", dueAt]), name: "patience", dueAt }];
}
