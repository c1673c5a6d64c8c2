import type { RequestEffect } from "../../decide.ts";
import { stepOf } from "../../state.ts";
import type { Outcome } from "../world/happen.ts";
import type { Model, StepModel } from "../world/model.ts";
import { baseOf, effectsOf, type Participant, participantOf, type World } from "../world/world.ts";

/**
 * Rule 3, seen from the outside whenever an undo is sent for the first time: nobody who depends on the step has an
 * effect left, and among those that could be undone now an unknown one comes first, then the latest in history.
 */
export function orderBreach(model: Model, before: World, { world, raw }: Outcome): string | undefined {
  for (const effect of raw.effects) {
    if (effect.kind !== "compensation" || effect.sending > 1) continue;
    const step = model.stepByName.get(baseOf(effect.step));
    const breach =
      step === undefined ? `an undo was sent for ${effect.step}, which is no step` : judge(model, { step, effect, before, world });
    if (breach !== undefined) return breach;
  }
  return undefined;
}

type Sent = { readonly step: StepModel; readonly effect: RequestEffect; readonly before: World; readonly world: World };

function judge(model: Model, { step, effect, before, world }: Sent): string | undefined {
  const { name } = step.step;
  const own = effectsOf(step.step, world);
  if (own.every(({ opened, done, undone }) => !opened && done === "no" && !undone))
    return `${name} was undone, though it never opened and was never done`;
  // What a running saga does without is undone by itself, whatever the others did.
  if (world.saga.turn === undefined) return undefined;
  const passed = model.steps.find((other) => other.isPivot && hasPassed(other, before));
  if (passed !== undefined) return `${name} was undone after the pivot ${passed.step.name} had passed`;
  const held = model.steps.find((other) => step.dependants.has(other.step.name) && isAffected(other, world));
  if (held !== undefined) return `${name} was undone before ${held.step.name}, which depends on it`;
  if (model.definition.compensation === "parallel" || effect.attempt > 1) return undefined;
  const free = model.steps.filter((other) => other !== step && isFree(model, { step: other, world }));
  const unit = participantOf(world, effect.step);
  const better = free.find((other) => comesFirst(other, unit, world));
  return better === undefined ? undefined : `${name} was undone before ${better.step.name}, though ${reason(better, unit, world)}`;
}

const hasPassed = ({ step }: StepModel, { saga, participants }: World): boolean =>
  saga.turn === undefined &&
  effectsOf(step, { participants }).some(({ done }) => done === "told") &&
  stepOf(saga, step.name).status === "done";

const UNDER_WAY: ReadonlySet<string> = new Set(["undoing", "undoUsedUp"]);

/** It has an effect, or may have one, and nothing is known to have undone it; or its undo is under way. */
function isAffected({ step, hasUndo, kind }: StepModel, world: World): boolean {
  if (!hasUndo || kind === "wait") return false;
  if (UNDER_WAY.has(stepOf(world.saga, step.name).status)) return true;
  return effectsOf(step, world).some((one) => !one.undone && (one.done === "told" || (one.opened && !one.failed)));
}

function isFree(model: Model, { step, world }: { step: StepModel; world: World }): boolean {
  const { status } = stepOf(world.saga, step.step.name);
  if (step.step.each !== undefined) return false; // its elements are undone one by one, so it is partly under way
  if (UNDER_WAY.has(status) || status === "waived" || !isAffected(step, world)) return false;
  if (world.saga.stuck?.some((cause) => cause.step === step.step.name)) return false;
  return model.steps.every((other) => !step.dependants.has(other.step.name) || !isAffected(other, world));
}

const isUnknown = ({ step }: StepModel, world: World): boolean => effectsOf(step, world).every(({ done }) => done !== "told");
const orderOf = ({ step }: StepModel, world: World): number => Math.max(0, ...effectsOf(step, world).map(({ order }) => order));

function comesFirst(other: StepModel, unit: Participant, world: World): boolean {
  if (waitsForOutcome(other, world)) return false;
  const unitIsUnknown = unit.done !== "told";
  if (isUnknown(other, world) !== unitIsUnknown) return isUnknown(other, world);
  return orderOf(other, world) > unit.order;
}

/** `whenUnknown: wait` is not undone before its outcome is known. */
function waitsForOutcome(step: StepModel, world: World): boolean {
  const { compensate } = step.step;
  return compensate?.kind === "undo" && compensate.whenUnknown === "wait" && isUnknown(step, world);
}

function reason(other: StepModel, unit: Participant, world: World): string {
  return isUnknown(other, world) && unit.done === "told" ? "nobody knows whether that happened" : "that is later in history";
}
