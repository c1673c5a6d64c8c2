import type { Payload } from "@troupe/kernel";
import { type OperatorAction, parseDuration } from "../core/index.ts";

/** Something that happens in a spec: the name of an event, or one of the things below. */
export type Happening = string | EventHappening | ActHappening | { readonly kind: "after"; readonly millis: number };
export type EventHappening = {
  readonly kind: "event";
  readonly name: string;
  readonly payload: Payload;
  readonly role: string | undefined;
};

/** What an operator does; see docs/operator-acts.md. */
export type ActHappening = {
  readonly kind: "act";
  readonly act: OperatorAction;
  readonly about: { readonly step?: string; readonly element?: string; readonly event?: string; readonly payload?: Payload };
};

/** An event with fields of its own; the other fields are samples of their types. */
export function event(name: string, payload: Payload = {}): EventHappening {
  return { kind: "event", name, payload, role: undefined };
}

/** What a person in this role sends from the console or the API. */
export function person(role: string, name: string, payload: Payload = {}): EventHappening {
  return { kind: "event", name, payload, role };
}

/** Time passes: `after("2h")`. Everything that is due meanwhile happens, in its order. Throws RangeError for what is no duration. */
export function after(duration: string): Happening {
  return { kind: "after", millis: millisOf(duration) };
}

/** Somebody cancels the saga. */
export const cancelled: Happening = { kind: "act", act: "cancel", about: {} };

/** An operator acts: `operator("waive-undo", { step: "ship" })`. */
export function operator(act: OperatorAction, about: ActHappening["about"] = {}): ActHappening {
  return { kind: "act", act, about };
}

/** How a stand-in reacts to an event that it reads: a request, or an event that it follows by itself. */
export type StandIn = { readonly answers: ReadonlyArray<EventHappening & { readonly afterMillis: number }> };

/** Answers with this event at once. Fields of the same name are taken from what it answers; others are samples. */
export function answers(name: string, payload: Payload = {}): StandIn {
  return answersLate(name, "0", payload);
}

/** Refuses: the same as `answers`, for a spec that reads better. */
export const fails: typeof answers = answers;

/** Answers so much later. */
export function answersLate(name: string, delay: string, payload: Payload = {}): StandIn {
  return { answers: [{ ...event(name, payload), afterMillis: delay === "0" ? 0 : millisOf(delay) }] };
}

/** Answers the same twice. */
export function answersTwice(name: string, payload: Payload = {}): StandIn {
  const once = { ...event(name, payload), afterMillis: 0 };
  return { answers: [once, once] };
}

/** A person in this role decides, so much later. */
export function decides(role: string, name: string, { delay = "1h", payload = {} }: { delay?: string; payload?: Payload } = {}): StandIn {
  return { answers: [{ ...person(role, name, payload), afterMillis: millisOf(delay) }] };
}

/** Never says anything. */
export const silent: StandIn = { answers: [] };

function millisOf(duration: string): number {
  const millis = parseDuration(duration);
  if (millis === undefined) throw new RangeError(`${duration} is no duration; allowed are forms such as 250ms, 30s, 5m, 2h, 7d`);
  return millis;
}
