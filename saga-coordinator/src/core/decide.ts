import type { Payload } from "@troupe/kernel";
import type { CompiledDefinition } from "./compile/compiled.ts";
import { CHILD_EVENTS } from "./compile/roles.ts";
import type { Action } from "./effect-id.ts";
import type { Move } from "./moves.ts";
import { type OperatorAction, type SagaState, waivedIn } from "./state.ts";

/** What the shell does about a fact, as data, in this order. */
export type Effect = RequestEffect | LifecycleEffect | ControlEffect | AlarmEffect | RefusalEffect;

/** A command or a compensation to publish. After silence the same `id` comes again, with `sending` one higher. */
export type RequestEffect = {
  readonly kind: "command" | "compensation";
  readonly step: string;
  /** Short event name. */
  readonly event: string;
  readonly payload: Payload;
  readonly id: string;
  /** For `ce_effect`. */
  readonly effect: string;
  readonly action: Action;
  readonly attempt: number;
  readonly sending: number;
  /** The sub-saga that it is for; absent for what participants are asked. */
  readonly childId?: string;
};

/** An event of `troupe.sagas`; its payload has exactly the fields of its schema. */
export type LifecycleEffect = {
  readonly kind: "lifecycle";
  readonly event: LifecycleEvent;
  readonly payload: Payload;
  readonly id: string;
  /** Effect of the parent's step, on the events by which a parent follows its sub-saga. */
  readonly effect?: string;
};

/** A fact for another document, on `troupe.control`: documents act on each other only over the log. */
export type ControlEffect = {
  readonly kind: "control";
  readonly event: "AliasClaimed" | "AliasReleased";
  readonly payload: Payload;
  readonly id: string;
};

export type LifecycleEvent =
  | "SagaStarted"
  | "SagaDeclined"
  | "SagaTaken"
  | "StepOpened"
  | "StepSkipped"
  | "StepDone"
  | "StepFailed"
  | "StepTimedOut"
  | "SagaCompensating"
  | "StepUndoing"
  | "StepUndone"
  | "SagaCompleted"
  | "SagaCompensated"
  | "SagaStuck"
  | "SagaUnstuck"
  | "UnexpectedEvent";
export const LIFECYCLE_EVENTS: readonly LifecycleEvent[] = [
  ...(["SagaDeclined", "SagaTaken", "StepSkipped"] as const),
  ...(["SagaStarted", "StepOpened", "StepDone", "StepFailed", "StepTimedOut", "SagaCompensating", "StepUndoing"] as const),
  ...(["StepUndone", "SagaCompleted", "SagaCompensated", "SagaStuck", "SagaUnstuck", "UnexpectedEvent"] as const),
];

/** Somebody has to look: names saga, step, cause and what can be done (rule 8). */
export type AlarmEffect = {
  readonly kind: "alarm";
  readonly code: "saga-stuck" | "start-missing" | "answer-ambiguous" | "answer-contradicts" | "deadline-after-pivot";
  readonly definition: string;
  readonly sagaId: string;
  readonly owner: string | undefined;
  readonly step: string | null;
  readonly cause: string;
  readonly actions: readonly OperatorAction[];
};

/** An act that is not carried out, for whoever asked. */
export type RefusalEffect = { readonly kind: "refusal"; readonly act: string; readonly reason: string };

/** Effects of what one fact changed. A rebuild does not call it. */
export function decide(
  definition: CompiledDefinition,
  state: SagaState,
  { moves, now }: { moves: readonly Move[]; now: number },
): readonly Effect[] {
  const effects: Effect[] = [];
  for (const move of moves) {
    const event = lifecycleOf(move, state);
    if (event !== undefined) effects.push(lifecycle(definition, state, { ...event, now, position: effects.length }));
    if (move.kind === "sent") {
      const { kind: _, ...request } = move;
      effects.push({ kind: move.action === "do" ? "command" : "compensation", ...request });
    }
    if (move.kind === "claimed" || move.kind === "released") effects.push(aboutAlias(definition, state, move));
    if (move.kind === "refused") effects.push({ kind: "refusal", act: move.act, reason: move.reason });
    const alarm = alarmOf(move);
    if (alarm !== undefined)
      effects.push({ kind: "alarm", definition: definition.name, sagaId: state.id, owner: definition.owner, ...alarm });
  }
  return effects;
}

const FOLLOWED: readonly LifecycleEvent[] = CHILD_EVENTS;

/** `effect`: whom it tells, where that is not the saga's own parent. */
type Lifecycle = { readonly event: LifecycleEvent; readonly fields: Payload; readonly effect?: string };

/** The order is part of its id: a saga that goes on after its end claims again what it released. */
function aboutAlias({ name, ids }: CompiledDefinition, { tenant, id: sagaId, order }: SagaState, move: AliasMove): ControlEffect {
  const { alias, value } = move;
  const [event, namespace] =
    move.kind === "claimed" ? (["AliasClaimed", "troupe.claim"] as const) : (["AliasReleased", "troupe.release"] as const);
  const id = ids.messageId(namespace, [tenant, name, sagaId, order, alias, value]);
  return { kind: "control", event, payload: { value, alias, sagaId, definition: name }, id };
}
type AliasMove = Extract<Move, { kind: "claimed" | "released" }>;

function lifecycle(
  definition: CompiledDefinition,
  { tenant, id: sagaId, order, parent }: SagaState,
  { event, fields, effect = parent, now, position }: Lifecycle & { now: number; position: number },
): LifecycleEffect {
  const payload = { sagaId, definition: definition.name, version: definition.version, ...fields, at: now };
  const id = definition.ids.messageId("troupe.lifecycle", [tenant, definition.name, sagaId, order, position]);
  const followed = effect !== undefined && FOLLOWED.includes(event);
  return { kind: "lifecycle", event, payload, id, ...(followed ? { effect } : {}) };
}

/** A fan-out tells that it opened and is done as a whole: a thousand elements are no news each. */
const isElement = (step: string): boolean => step.includes("/");

function lifecycleOf(move: Move, state: SagaState): Lifecycle | undefined {
  switch (move.kind) {
    case "declined":
      return { event: "SagaDeclined", fields: { cause: move.cause } };
    case "taken":
      return { event: "SagaTaken", fields: { cause: move.cause }, effect: move.effect };
    case "skipped":
      return { event: "StepSkipped", fields: { step: move.step, reason: "its guard is false" } };
    case "pruned":
      return { event: "StepSkipped", fields: { step: move.step, reason: "another way was taken" } };
    case "started":
      return { event: "SagaStarted", fields: {} };
    case "opened":
      return isElement(move.step) ? undefined : { event: "StepOpened", fields: { step: move.step } };
    case "done":
      return isElement(move.step) ? undefined : { event: "StepDone", fields: { step: move.step } };
    case "failed":
      return { event: "StepFailed", fields: { step: move.step, reason: move.reason } };
    case "timedOut":
      return { event: "StepTimedOut", fields: { step: move.step } };
    case "turned":
      return { event: "SagaCompensating", fields: { step: move.step, cause: move.cause } };
    case "undoing":
      return { event: "StepUndoing", fields: { step: move.step } };
    case "undone":
      return { event: "StepUndone", fields: { step: move.step } };
    case "completed":
      return { event: "SagaCompleted", fields: { result: state.result === undefined ? null : JSON.stringify(state.result) } };
    case "compensated":
      return { event: "SagaCompensated", fields: { waived: waivedIn(state) } };
    case "stuck":
      return { event: "SagaStuck", fields: { step: move.step, cause: move.cause, actions: move.actions } };
    case "unstuck":
      return { event: "SagaUnstuck", fields: {} };
    case "unexpected":
      return { event: "UnexpectedEvent", fields: { event: move.event, reason: move.reason } };
    case "kept":
    case "unmatched":
    case "replaced":
    case "claimed":
    case "released":
    case "repeating":
    case "refused":
    case "waived":
    case "sent":
    case "attemptFailed":
    case "recorded":
    case "contradiction":
    case "deadlineIgnored":
    case "migrated":
      return undefined;
    default:
      return move satisfies never;
  }
}

type Alarm = Pick<AlarmEffect, "code" | "step" | "cause" | "actions">;

function alarmOf(move: Move): Alarm | undefined {
  switch (move.kind) {
    case "stuck":
      return { code: "saga-stuck", step: move.step, cause: move.cause, actions: move.actions };
    case "unmatched":
      return { code: "start-missing", step: null, cause: "events wait for a start that did not come", actions: ["signal", "cancel"] };
    case "contradiction":
      return { code: "answer-contradicts", step: move.step, cause: `${move.event} came: ${move.reason}`, actions: [] };
    case "deadlineIgnored":
      return { code: "deadline-after-pivot", step: null, cause: move.reason, actions: [] };
    case "unexpected":
      return move.alarm ? { code: "answer-ambiguous", step: null, cause: `${move.event} came: ${move.reason}`, actions: [] } : undefined;
    default:
      return undefined;
  }
}
