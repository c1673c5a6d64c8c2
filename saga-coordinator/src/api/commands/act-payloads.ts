import { type EventDescription, type JsonObject, type Payload, TroupeError, toTaggedJson } from "@troupe/kernel";
import { CHILD_EVENTS, doneEvents, sampleFields, startEvents } from "../../core/index.ts";
import type { ActRequest } from "./act-contract.ts";
import { payloadOf, withSagaId } from "./read-payload.ts";
import type { ActPorts, SagaMeant } from "./request-act.ts";

/* What an act brings, held against the schemas before it goes on the log: the fold trusts it as it trusts an event. */

type Brought = { readonly event?: string; readonly payload?: JsonObject };
type Asking = { readonly saga: SagaMeant; readonly step: string; readonly body: ActRequest };

/** An event as if it had come. Throws REQUEST_INVALID for one that the saga does not listen to, EVENT_FIELD_INVALID and the like. */
export function signalled(ports: ActPorts, { saga, body }: Omit<Asking, "step">): Brought {
  const { event = "", payload = {} } = body;
  const own: readonly string[] = CHILD_EVENTS;
  const allowed = [...saga.pinned.wants].filter((name) => !own.includes(name));
  if (!allowed.includes(event)) throw new TroupeError("REQUEST_INVALID", { field: "event", found: event, allowed: allowed.join(", ") });
  return { event, payload: checked(ports, event, withSagaId(ports, { event, payload, id: saga.id })) };
}

/** The answer that a step would have got. It may be left out when the definition reads nothing of it. */
export function settled(ports: ActPorts, { saga, step, body }: Asking): Brought {
  const { pinned, id } = saga;
  const { payload } = body;
  if (pinned.stepByName.get(step)?.child !== undefined) return payload === undefined ? {} : { payload };
  const events = doneEvents(pinned, step);
  if (events.length === 0) return refuseAny(body, step);
  const event = body.event ?? (events.length === 1 ? events[0] : undefined);
  if (event === undefined || !events.includes(event)) {
    throw new TroupeError("REQUEST_INVALID", { field: "event", found: event ?? "missing", allowed: events.join(", ") });
  }
  const reads = pinned.reads.get(event) ?? new Set();
  const isRead = reads === "all" || reads.size > 0;
  if (payload !== undefined) return { event, payload: checked(ports, event, withSagaId(ports, { event, payload, id })) };
  if (!isRead) return { event };
  throw new TroupeError("REQUEST_INVALID", {
    field: "payload",
    found: "missing",
    allowed: `the fields of ${event}: ${ports.describe(event).fields.join(", ")}`,
  });
}

function refuseAny({ payload, event }: ActRequest, step: string): Brought {
  if (payload === undefined && event === undefined) return {};
  const field = payload === undefined ? "event" : "payload";
  throw new TroupeError("REQUEST_INVALID", { field, found: "given", allowed: `nothing: ${step} is a wait and has no answer` });
}

/** New values of single fields, of the start or of an answer. */
export function edited(ports: ActPorts, { saga: { pinned }, body }: Omit<Asking, "step">): Brought {
  const { step, fields = {} } = body;
  if (step !== undefined && pinned.stepByName.get(step)?.child !== undefined) return { payload: fields };
  const events = step === undefined ? startEvents(pinned) : doneEvents(pinned, step);
  const known = events.map((event) => ports.describe(event));
  const names = Object.keys(fields);
  const description = known.find((one) => names.every((name) => one.fields.includes(name))) ?? known[0];
  if (description === undefined)
    throw new TroupeError("REQUEST_INVALID", { field: "step", found: step ?? "missing", allowed: "a step with an answer" });
  const payload = payloadOf(fields, description);
  // The other fields are not changed, so any values that fit stand in for them.
  ports.validate(description.name, { ...sampleOf(description), ...payload });
  return { payload: tagged(payload) };
}

function sampleOf({ types }: EventDescription): Payload {
  return sampleFields(types, { text: "any", uuid: "00000000-0000-4000-8000-000000000000", now: 0 });
}

function checked(ports: ActPorts, event: string, payload: Payload): JsonObject {
  ports.validate(event, payload);
  return tagged(payload);
}

function tagged(payload: Payload): JsonObject {
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, toTaggedJson(value)]));
}
