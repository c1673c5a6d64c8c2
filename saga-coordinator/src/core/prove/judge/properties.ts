import type { SagaState, StuckCause } from "../../state.ts";
import { stepOf } from "../../state.ts";
import { hasLost, RIVAL } from "../world/aliases.ts";
import type { Outcome } from "../world/happen.ts";
import type { Model, StepModel } from "../world/model.ts";
import { baseOf, effectsOf, participantOf, type World } from "../world/world.ts";
import { orderBreach } from "./undo-order.ts";

/** What a definition, or the core, did wrong: a sentence without its full stop. Undefined: nothing. */
export type Breach = string | undefined;

/** Judges one fact and what followed from it, from the outside: by what participants did, not by what the core believes. */
export function breachOf(model: Model, before: World, outcome: Outcome): Breach {
  return (
    orderBreach(model, before, outcome) ??
    endingBreach(model, outcome) ??
    aliasBreach(outcome) ??
    stuckBreach(model, outcome.raw.state) ??
    idleBreach(model, outcome)
  );
}

/** Rule 13 with the net effects: 1 of every required step that ran in a completed saga, 0 of all in a compensated one. */
function endingBreach(model: Model, { world, raw: { state } }: Outcome): Breach {
  if (state.status === "completed") return first(model.steps, (step) => missingIn(step, { world, state }));
  if (state.status === "compensated") return first(model.steps, (step) => leftOver(model, { step, world, state }));
  return undefined;
}

type At = { readonly world: World; readonly state: SagaState };

function missingIn({ step, kind, dispensable, outside, isPivot, beyondPivot }: StepModel, { world, state }: At): Breach {
  const { status, givenUp } = stepOf(state, step.name);
  const effects = effectsOf(step, world);
  // A late success is undone in its turn: the saga stays completed meanwhile.
  const isUndoing = Object.values(state.steps).some((one) => one.status === "undoing" || one.status === "undoUsedUp");
  const isReversible = !outside && !isPivot && !beyondPivot; // beyond the pivot nothing is undone, and that is alarmed
  if (givenUp !== undefined && isReversible && !isUndoing && effects.some((one) => one.done === "told" && !one.undone)) {
    return `the saga completed without ${step.name}, but the net effect of ${step.name} is 1`;
  }
  if (dispensable || kind === "wait" || status === "skipped" || status === "pruned" || givenUp !== undefined) return undefined;
  const missing = effects.length > 0 ? effects.some((one) => one.done === "no" || one.undone) : status !== "done";
  return missing ? `the saga completed, but the net effect of ${step.name} is 0` : undefined;
}

function leftOver(model: Model, { step: { step, outside }, world, state }: At & { readonly step: StepModel }): Breach {
  if (outside || stepOf(state, step.name).status === "waived") return undefined;
  if (!effectsOf(step, world).some((one) => one.done === "told" && !one.undone)) return undefined;
  const why = model.stepByName.get(step.name)?.hasUndo
    ? "nothing undid it"
    : "it has no compensation, and does not say that none is needed";
  return `the saga counts as compensated, but the net effect of ${step.name} is 1: ${why}`;
}

/** Stuck is an ending only where the rules have no other: used-up undos, a pivot or what follows it, a bounded wait. */
function stuckBreach(model: Model, state: SagaState): Breach {
  return first(state.stuck ?? [], (cause) =>
    isAllowed(model, state, cause) ? undefined : `the saga is stuck for a reason that no rule allows: ${cause.cause}`,
  );
}

/** Rule 15: whoever lost an alias is stuck with both sagas named, until it ends without. */
function aliasBreach({ world, raw: { state } }: Outcome): Breach {
  if (!hasLost(world) || (state.status !== "running" && state.status !== "compensating")) return undefined;
  if (state.stuck?.some((cause) => isOfAlias(state, cause))) return undefined;
  return "the saga lost an alias to another one, and is not stuck with both named";
}

function isOfAlias({ definition, id }: SagaState, { cause }: StuckCause): boolean {
  return [id, RIVAL].every((saga) => cause.includes(`${definition}/${saga}`));
}

/** `waiting`: its join can't be met any more, and the saga can't turn for it. */
const ANSWERLESS: ReadonlySet<string> = new Set(["failed", "unknown", "open", "waiting"]);

function isAllowed(model: Model, state: SagaState, cause: StuckCause): boolean {
  const { step: name, actions } = cause;
  if (isOfAlias(state, cause)) return true;
  if (actions.includes("edit-data")) return false; // an expression could not be computed
  const step = name === null ? undefined : model.stepByName.get(baseOf(name));
  if (name === null || step === undefined) return false;
  const { status, childStuck } = stepOf(state, name);
  if (status === "undoUsedUp" || (status === "unknown" && waitsWhenUnknown(step)) || childStuck !== undefined) return true;
  if (state.status === "compensating") return false;
  return ANSWERLESS.has(status) && (step.isPivot || pivotsPassed(model, state));
}

const waitsWhenUnknown = ({ step: { compensate } }: StepModel): boolean => compensate?.kind === "undo" && compensate.whenUnknown === "wait";

function pivotsPassed({ steps }: Model, state: SagaState): boolean {
  return steps.some(({ step, isPivot }) => isPivot && ["done", "skipped", "open", "unknown"].includes(stepOf(state, step.name).status));
}

/** Nobody will ever move it: nothing is open, nothing is being undone, and no timer runs but that of the whole saga. */
function idleBreach(model: Model, { raw: { state }, world }: Outcome): Breach {
  if (state.stuck !== undefined || (state.status !== "running" && state.status !== "compensating")) return undefined;
  if (Object.keys(state.timers).some((name) => name !== "deadline")) return undefined;
  const names = [...model.steps.map(({ step }) => step.name), ...Object.keys(world.participants)];
  const moving = names.some((name) => isMoving(state, name) || participantOf(world, name).done === "untold");
  if (moving) return undefined;
  const waiting = model.steps.filter(({ step }) => stepOf(state, step.name).status === "waiting").map(({ step }) => step.name);
  const what = state.status === "running" ? `${waiting.join(", ")} can open no more` : "no undo is under way";
  return `deadlock: the saga is ${state.status}, nothing is open, and ${what}`;
}

const isMoving = (state: SagaState, name: string): boolean => ["open", "undoing"].includes(stepOf(state, name).status);

function first<T>(items: readonly T[], judge: (item: T) => Breach): Breach {
  for (const item of items) {
    const breach = judge(item);
    if (breach !== undefined) return breach;
  }
  return undefined;
}
