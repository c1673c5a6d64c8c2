import type { AnswerKind, CompiledDefinition, Role } from "../../compile/compiled.ts";
import { type Action, type EffectName, parseEffect } from "../../effect-id.ts";
import { fieldsFromJson } from "../../history.ts";
import { type EventEntry, elementName, type SagaState, stepOf } from "../../state.ts";
import { evaluate, holds, sagaFields, scopeOf, type Values } from "../scope.ts";

/** `element`: which one of a fan-out; empty otherwise. `round`: the one that its effect names. `attempt`: the sending that it answers. */
export type Matched = {
  readonly kind: AnswerKind | "child";
  readonly step: string;
  readonly element: string;
  readonly round: number | undefined;
  readonly attempt: number | undefined;
};

/**
 * What an event means to an instance that has started (rule 12). `none`: the definition has no place for it. `several`:
 * it has more than one, and nothing tells which. `broken`: an expression that would tell can't be computed.
 */
export type Match =
  | ({ readonly is: "answer" } & Matched)
  | { readonly is: "start" }
  | { readonly is: "none"; readonly reason: string }
  | { readonly is: "several"; readonly meanings: readonly string[] }
  | { readonly is: "broken"; readonly step: string | null; readonly cause: string };

type Of = { readonly definition: CompiledDefinition; readonly saga: SagaState };
type StepRole = Exclude<Role, { kind: "start" }>;

/**
 * By `ce_effect` first, then by the message it answers, else by type; among what is left the guards decide. An effect or
 * cause that fits none of the meanings of the type says nothing: participants pass the effect of a request on to events
 * they emit later.
 */
export function matchEvent(of: Of, event: EventEntry): Match {
  const effect = effectOf(of, event);
  const meanings = of.definition.roles.get(event.name) ?? [];
  const [only] = meanings;
  // What most events are: one meaning and nothing to ask.
  if (meanings.length === 1 && only?.guard === undefined && (only?.kind === "done" || only?.kind === "failed")) {
    return asAnswer(of, only, { event, effect });
  }
  const byType = meanings.filter((role) => role.kind !== "child" || effect?.step === role.step);
  const named = orAll(byType, (role) => role.kind !== "start" && role.step === effect?.step);
  const answered = orAll(named, (role) => role.kind !== "start" && attemptOf(of.saga, role, { event }) !== undefined);
  const held = answered.some(({ guard }) => guard !== undefined) ? whoseGuardHolds(of, answered, event) : answered;
  if ("cause" in held) return { is: "broken", ...held };
  const [role, ...others] = distinct(held);
  if (role === undefined) {
    const reason = byType.length > 0 ? "no guard of an answer holds for it" : "no step of the saga listens to it";
    return { is: "none", reason };
  }
  if (others.length > 0) return { is: "several", meanings: [role, ...others].map(meaningOf) };
  return role.kind === "start" ? { is: "start" } : asAnswer(of, role, { event, effect });
}

/** The effect that an event names, when it is one of this instance. */
function effectOf({ saga }: Of, { effect: text }: EventEntry): EffectName | undefined {
  const effect = text === undefined ? undefined : parseEffect(text);
  const isOurs = effect?.sagaId === saga.id && effect.definition === saga.definition && effect.tenant === saga.tenant;
  if (!isOurs || effect === undefined || saga.effectNames === undefined) return isOurs ? effect : undefined;
  const renamed = Object.entries(saga.effectNames).find(([, known]) => known === effect.step);
  return renamed === undefined ? effect : { ...effect, step: renamed[0] };
}

function orAll(roles: readonly Role[], fits: (role: Role) => boolean): readonly Role[] {
  if (roles.length < 2) return roles;
  const fitting = roles.filter(fits);
  return fitting.length === 0 ? roles : fitting;
}

type Answering = { readonly event: EventEntry; readonly element?: string };

function attemptOf(saga: SagaState, role: StepRole, { event: { causationId }, element = "" }: Answering): number | undefined {
  if (causationId === undefined || role.kind === "child") return undefined;
  const action: Action = role.kind === "done" || role.kind === "failed" ? "do" : "undo";
  const name = element === "" ? role.step : elementName(role.step, element);
  const at = stepOf(saga, name)[action]?.ids.indexOf(causationId) ?? -1;
  return at < 0 ? undefined : at + 1;
}

type Broken = { readonly step: string | null; readonly cause: string };

function whoseGuardHolds(of: Of, roles: readonly Role[], event: EventEntry): readonly Role[] | Broken {
  const values = scopeOf(of, { event: event.payload ?? {} });
  const holding: Role[] = [];
  for (const role of roles) {
    if (role.guard === undefined) holding.push(role);
    else {
      const where = `guard of ${event.name} as ${meaningOf(role)}`;
      const outcome = holds(role.guard, role.kind === "start" ? startValues(of, event) : values, where);
      if ("failed" in outcome) return { step: role.kind === "start" ? null : role.step, cause: outcome.failed };
      if (outcome.value) holding.push(role);
    }
  }
  return holding;
}

/** Two answers of one step that mean the same are one meaning. */
function distinct(roles: readonly Role[]): readonly Role[] {
  if (roles.length < 2) return roles;
  return [...new Map(roles.map((role) => [meaningOf(role), role])).values()];
}

const meaningOf = (role: Role): string => (role.kind === "start" ? "start" : `${role.kind} of ${role.step}`);

function asAnswer(of: Of, role: StepRole, { event, effect }: { event: EventEntry; effect: EffectName | undefined }): Match {
  const { kind } = role;
  const step = of.definition.stepByName.get(role.step);
  if (step?.human !== undefined && (kind === "done" || kind === "failed") && event.role !== step.human.role) {
    const found = event.role === undefined ? "without the mark of the API" : `in the role ${event.role}`;
    return { is: "none", reason: `${role.step} is answered by a person in the role ${step.human.role}, and this came ${found}` };
  }
  const mine = effect?.step === role.step ? effect : undefined;
  const base = { is: "answer", kind, step: role.step, round: mine?.round } as const;
  if (step?.each === undefined) return { ...base, element: "", attempt: attemptOf(of.saga, role, { event }) };
  if (mine !== undefined && mine.element !== "") {
    return { ...base, element: mine.element, attempt: attemptOf(of.saga, role, { event, element: mine.element }) };
  }
  if (step.each.answerKey === undefined) return { is: "none", reason: `nothing tells which element of ${role.step} it answers` };
  const key = evaluate(step.each.answerKey, { event: fieldsFromJson(event.payload ?? {}) }, `answerKey of ${role.step}`);
  if ("failed" in key) return { is: "broken", step: role.step, cause: key.failed };
  const element = keyText(key.value);
  if (element === undefined) return { is: "none", reason: `nothing tells which element of ${role.step} it answers` };
  return { ...base, element, attempt: attemptOf(of.saga, role, { event, element }) };
}

/** Text, or a whole number as its text; undefined for what names no element. */
export function keyText(value: unknown): string | undefined {
  if (typeof value === "bigint" || Number.isInteger(value)) return String(value);
  return typeof value === "string" && value !== "" && value.isWellFormed() ? value : undefined;
}

/** What a start's guard reads: the event, under both its names. */
function startValues({ saga }: Of, { payload = {} }: EventEntry): Values {
  const event = fieldsFromJson(payload);
  return { saga: sagaFields(saga), start: event, event };
}

/** What an event means to an instance that has not started: its start, no start because its guard is false, or something else. */
export function matchStart(of: Of, event: EventEntry): "start" | "declined" | "other" | Broken {
  const roles = of.definition.roles.get(event.name) ?? [];
  const starts = roles.filter(({ kind }) => kind === "start");
  if (starts.length === 0) return "other";
  if (starts.some(({ guard }) => guard === undefined)) return "start";
  const held = whoseGuardHolds(of, starts, event);
  if ("cause" in held) return held;
  if (held.length > 0) return "start";
  return roles.length > starts.length ? "other" : "declined";
}
