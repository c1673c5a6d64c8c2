import assert from "node:assert/strict";
import { effectText } from "../../../src/core/effect-id.ts";
import { type CompiledStep, type Effect, nextDueAt, type RequestEffect, type SagaState, stepOf } from "../../../src/core/index.ts";
import { type Play, requestsIn } from "./play.ts";
import { CLERK } from "./random-definition.ts";

/* What holds of a saga after every fact, and of one that has ended. */

const PENDING = ["done", "unknown", "undoing", "undoUsedUp"];

/** Names of what may have an effect: steps, and elements of fan-outs, with the step that they are of. */
export function units({
  definition,
  state,
}: Play): ReadonlyArray<{ readonly name: string; readonly step: CompiledStep; readonly status: string }> {
  const names = new Set([...definition.steps.map(({ name }) => name), ...Object.keys(state.steps)]);
  return [...names].flatMap((name) => {
    const step = definition.stepByName.get(name.split("/")[0] ?? "");
    const isUnit = step !== undefined && (step.each === undefined || name !== step.name);
    return isUnit ? [{ name, step, status: stepOf(state, name).status }] : [];
  });
}

export const owing = (play: Play) => units(play).filter(({ step, status }) => step.undo !== undefined && PENDING.includes(status));
export const isGivenUp = ({ state }: Play, step: CompiledStep): boolean => stepOf(state, step.name).givenUp !== undefined;

/** A sub-saga that is undone ends, or tells that it is stuck, by its own rules: nothing else limits it. */
export function waitsForChild(play: Play): boolean {
  return units(play).some(({ step, status }) => step.child !== undefined && status === "undoing");
}

/** Rule 13: an instance has ended, is stuck (and alarmed), or some timer or its sub-saga will move it. */
export function assertWaitsForSomething(play: Play): void {
  const { state } = play;
  const waits = nextDueAt(state) !== null || state.stuck !== undefined || waitsForChild(play);
  const undoes = state.status === "completed" && owing(play).some(({ step }) => isGivenUp(play, step));
  if (state.status === "running" || state.status === "compensating" || undoes) assert.ok(waits, `${state.status} waits for nothing`);
  else if (state.status === "completed" || state.status === "compensated") {
    assert.equal(nextDueAt(state), null, "an ended saga wants no time");
    assert.equal(state.stuck, undefined, "an ended saga is not stuck");
  }
}

/** Rule 3, from the outside: looks only at the state after the fact in which the last undo was sent. */
export function assertUndoOrder(play: Play, effects: readonly Effect[]): void {
  const { definition, state } = play;
  const undoing = units(play).filter(({ status }) => status === "undoing");
  assert.ok(undoing.length <= 1 || definition.undoesInParallel, "one undo at a time");
  if (state.status !== "compensating") return;
  const sent = requestsIn(effects).filter(({ kind }) => kind === "compensation");
  const isNew = (name: string): boolean => sent.some((request) => request.step === name && request.sending === 1);
  for (const { name, step } of undoing.filter((unit) => isNew(unit.name))) {
    const before = owing(play).find((unit) => step.dependants.has(unit.step.name));
    assert.equal(before?.name, undefined, `${name} was undone before what depends on it`);
  }
}

/** Rule 6. */
export function assertTurnsOnlyBeforePivot(
  { definition, state }: Play,
  { before, effects }: { before: SagaState; effects: readonly Effect[] },
): void {
  if (before.turn !== undefined || state.turn === undefined) return;
  const answered = effects.some((effect) => effect.kind === "lifecycle" && effect.event === "StepDone");
  for (const { name } of definition.steps.filter(({ pivot }) => pivot)) {
    const { status } = stepOf(state, name);
    assert.ok(["waiting", "failed", "pruned"].includes(status) || answered, `the saga turned while pivot ${name} is ${status}`);
  }
}

/** The same (effect, action, attempt) is the same message, and comes again only after silence. */
function assertEffectsAreSingle(requests: readonly RequestEffect[]): void {
  const byName = new Map<string, RequestEffect>();
  const nameById = new Map<string, string>();
  for (const request of requests) {
    const name = `${request.effect} ${request.action} ${request.attempt}`;
    const known = byName.get(name);
    if (known !== undefined) {
      assert.ok(request.sending > known.sending, `${name} was decided twice`);
      assert.deepEqual([request.id, request.payload], [known.id, known.payload], "sent again means the very same message");
    }
    assert.equal(nameById.get(request.id) ?? name, name, "one id, one meaning");
    byName.set(name, request);
    nameById.set(request.id, name);
  }
}

/** Net effect of a required step in a completed saga: 1, or 1 of its fallback, or it was not to happen. */
function assertFulfilled({ definition, state }: Play, step: CompiledStep): void {
  const { status, givenUp } = stepOf(state, step.name);
  const passed = ["done", "skipped", "pruned"].includes(givenUp ?? status);
  const instead = definition.stepByName.get(step.fallback ?? "");
  assert.ok(passed || instead !== undefined, `${step.name} is ${status}, without a fallback`);
  if (!passed && instead?.optional === false)
    assert.ok(
      ["done", "skipped"].includes(stepOf(state, instead.name).status),
      `${instead.name} is no ${stepOf(state, instead.name).status}`,
    );
}

/** Lets everybody answer, and finds the saga ended. */
export function bringToEnd(play: Play): void {
  const isOpen = (): boolean =>
    play.state.status === "running" ||
    play.state.status === "compensating" ||
    (play.state.status === "completed" && play.state.stuck !== undefined);
  for (let round = 0; round < 60 && (isOpen() || owing(play).some(({ step }) => isGivenUp(play, step))); round++) {
    for (const { name, step, status } of units(play)) {
      const key = decodeURIComponent(name.split("/")[1] ?? "");
      if (step.child !== undefined) endChild(play, { step, key, status });
      else endStep(play, { name, step, key, status });
    }
    play.pass(5_000);
  }
}

type Ending = { readonly step: CompiledStep; readonly key: string; readonly status: string };

function endStep(play: Play, { name, step, key, status }: Ending & { readonly name: string }): void {
  const answer = { payload: { key, again: false, ref: "r-1" }, role: CLERK };
  if (status === "undoing" || status === "undoUsedUp") play.event(`Undone${step.name}`, answer);
  if (status === "unknown" && stepOf(play.state, name).overdue) play.event(`Failed${step.name}`, answer);
  if (play.state.status === "running" && ["open", "failed", "unknown"].includes(status) && step.wait === undefined) {
    play.event(`Done${step.name}`, answer);
  }
}

function endChild(play: Play, { step, key, status }: Ending): void {
  const { tenant, id: sagaId, definition } = play.state;
  const effect = effectText({ tenant, definition, sagaId, step: step.name, element: key, round: 1 });
  if (status === "undoing" || status === "undoUsedUp") play.event("SagaCompensated", { effect });
  if (play.state.status === "running" && ["open", "failed", "unknown"].includes(status))
    play.event("SagaCompleted", { effect, payload: { result: "{}" } });
}

/** What holds of every ended saga (I4), and of the whole of any walk. */
export function assertSound(play: Play): void {
  const { definition, state } = play;
  play.assertRefolds();
  assertEffectsAreSingle(play.requests);
  if (state.status === "completed") for (const step of definition.steps) if (step.required) assertFulfilled(play, step);
  if (state.status === "compensated")
    assert.deepEqual(
      owing(play).map(({ name, status }) => `${name} is ${status}`),
      [],
    );
  const ends = play.effects.filter((effect) => effect.kind === "lifecycle" && ["SagaStarted", "SagaCompleted"].includes(effect.event));
  assert.equal(
    new Set(ends.map((effect) => effect.kind === "lifecycle" && effect.event)).size,
    ends.length,
    "started and completed at most once",
  );
}
