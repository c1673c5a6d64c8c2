import {
  type ActFact,
  documentId,
  type EventFact,
  type Fact,
  fromTaggedJson,
  type Json,
  type JsonObject,
  type Payload,
} from "@troupe/kernel";
import { isOperatorAction, MIGRATE } from "../core/index.ts";

/*
 * Facts of `troupe.control`: what one document asks of another. Documents never write each other; they say so on the
 * log, and the one that is meant folds it.
 */

/** Facts for a saga: they name it by definition and id. */
export const SAGA_CONTROLS: readonly string[] = [
  ...(["SagaActRequested", "SagaCancelRequested", "SagaUndoRequested"] as const),
  ...(["AliasRefused", "EventForwarded"] as const),
];

/** Document of the saga that a control fact is for. */
export function controlledSaga({ payload, envelope }: EventFact): { readonly definition: string; readonly id: string } {
  const definition = String(payload["definition"]);
  return { definition, id: documentId({ tenant: envelope.tenant, definition, key: String(payload["sagaId"]) }) };
}

/** What a control fact is to the saga: an act, or the event that it brings. Any other fact is itself. */
export function meaningOf(fact: Fact): Fact {
  if (fact.kind !== "event") return fact;
  switch (fact.name) {
    case "SagaActRequested":
      return asked(fact);
    case "SagaCancelRequested":
      return act(fact, "cancel", ["by", "reason"]);
    case "SagaUndoRequested":
      return act(fact, "undo", ["effect"]);
    case "AliasRefused":
      return act(fact, "aliasRefused", ["alias", "value", "owner"]);
    case "EventForwarded":
      return forwarded(fact);
    default:
      return fact;
  }
}

function act({ identity, payload }: EventFact, name: string, fields: readonly string[]): ActFact {
  const data: JsonObject = Object.fromEntries(fields.map((field) => [field, String(payload[field])]));
  return { kind: "act", identity, name, data };
}

/** Only what operators may ask for: what documents ask of each other has events of its own. */
function asked({ identity, payload }: EventFact): ActFact {
  const { act: name, payload: written, ...rest } = payload;
  const fields = ["by", "role", "reason", "step", "element", "event"].flatMap((field) => {
    const value = rest[field];
    return typeof value === "string" ? [[field, value] as const] : [];
  });
  const known = typeof name === "string" && (isOperatorAction(name) || name === MIGRATE);
  const data: JsonObject = {
    ...Object.fromEntries(fields),
    ...(typeof written === "string" ? { payload: JSON.parse(written) as Json } : {}),
  };
  return { kind: "act", identity, name: known ? name : `unknown act ${String(name)}`, data };
}

/** The event as it was before it took the way over its alias. */
function forwarded({ identity, payload, envelope, origin }: EventFact): EventFact {
  const text = (field: string): { readonly [name: string]: string } => {
    const value = payload[field];
    return typeof value === "string" ? { [field]: value } : {};
  };
  const { effect: _, causationId: __, role: ___, ...rest } = envelope;
  return {
    kind: "event",
    identity,
    name: String(payload["event"]),
    envelope: { ...rest, ...text("effect"), ...text("causationId"), ...text("role") },
    payload: fromTaggedJson(JSON.parse(String(payload["payload"])) as Json) as Payload, // aliasFold wrote a payload
    origin,
  };
}
