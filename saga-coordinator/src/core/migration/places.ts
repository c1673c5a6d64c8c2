import type { CompiledDefinition, CompiledStep } from "../compile/compiled.ts";
import { elementStates } from "../fold/standing.ts";
import { type SagaState, type StepState, stepOf } from "../state.ts";
import type { StepStatus } from "../transitions.ts";

/** Old step to new step; null drops it. A step that is not named keeps its name, or is dropped when the version has none of it. */
export type StepPlan = { readonly [step: string]: string | null };

/** Where a step of the saga stands, and which step of the other version takes it over; null: none. */
export type Place = { readonly before: CompiledStep; readonly status: StepStatus; readonly to: string | null };

export type Placing = {
  readonly from: CompiledDefinition;
  readonly to: CompiledDefinition;
  readonly saga: SagaState;
  readonly steps: StepPlan;
};

/** Something is expected of it, or it has or may have an effect. */
const LIVE: readonly StepStatus[] = ["open", "done", "unknown", "undoing", "undoUsedUp"];

/** Where every step goes, in the order of the file. */
export function placesOf({ from, to, saga, steps }: Placing): readonly Place[] {
  const sameName = (name: string): string | null => (to.stepByName.has(name) ? name : null);
  return from.steps.map((before) => {
    const { name } = before;
    const target = Object.hasOwn(steps, name) ? (steps[name] ?? null) : sameName(name);
    return { before, status: stepOf(saga, name).status, to: target };
  });
}

/** Why the plan can't be carried out, as sentences; empty when it can. */
export function problemsOfPlaces(placing: Placing, places: readonly Place[]): readonly string[] {
  return [
    ...unknownNames(placing),
    ...takenTwice(places),
    ...places.flatMap((place) => problemOf(placing, place) ?? []),
    ...namesInUse(placing, places),
  ];
}

const versionOf = ({ version }: CompiledDefinition): string => `version ${version}`;
const listOf = ({ steps }: CompiledDefinition): string => steps.map(({ name }) => name).join(", ");

function unknownNames({ from, to, steps }: Placing): readonly string[] {
  return Object.entries(steps).flatMap(([step, target]) => {
    if (!from.stepByName.has(step)) return [`${versionOf(from)} has no step ${step}; its steps are ${listOf(from)}`];
    if (target !== null && !to.stepByName.has(target)) return [`${versionOf(to)} has no step ${target}; its steps are ${listOf(to)}`];
    return [];
  });
}

/** Two old steps can't become one. */
function takenTwice(places: readonly Place[]): readonly string[] {
  const takers = new Map<string, string[]>();
  for (const { before, to } of places) if (to !== null) takers.set(to, [...(takers.get(to) ?? []), before.name]);
  return [...takers]
    .filter(([, taken]) => taken.length > 1)
    .map(([target, taken]) => `${taken.join(" and ")} can't both become ${target}; name another step, or null`);
}

function problemOf({ to, saga, steps }: Placing, { before, to: target }: Place): string | undefined {
  const { name } = before;
  const live = liveStates(saga, before);
  const [first] = live;
  if (first === undefined) return undefined;
  const after = target === null ? undefined : to.stepByName.get(target);
  if (after !== undefined) return misfit({ to, saga, live }, before, after);
  if (target !== null) return undefined; // told as an unknown name
  const { status } = first;
  if (hasEffect(before)) return `${name} is ${status} and has an effect, so ${versionOf(to)} needs a step that takes it over`;
  if (Object.hasOwn(steps, name)) return undefined;
  return `${name} is ${status} and ${versionOf(to)} has no such step; say which step takes it over, or null to drop it`;
}

/** The step, and the elements of a fan-out, as far as they are live. */
function liveStates(saga: SagaState, step: CompiledStep): readonly StepState[] {
  const elements = step.each === undefined ? [] : elementStates(saga, step).map(([, state]) => state);
  return [stepOf(saga, step.name), ...elements].filter(({ status }) => LIVE.includes(status));
}

/** Nothing to undo by its own statement is no effect; a pivot and what comes after it have one although nothing undoes it. */
const hasEffect = ({ undo, irreversible, pivot }: CompiledStep): boolean => undo !== undefined || irreversible || pivot;

type Fitting = Pick<Placing, "to" | "saga"> & { readonly live: readonly StepState[] };

/** Why the new step can't go on from where the old one stands. */
function misfit({ to, saga, live }: Fitting, before: CompiledStep, after: CompiledStep): string | undefined {
  const where = `${after.name} of ${versionOf(to)}`;
  if ((before.each === undefined) !== (after.each === undefined)) {
    return `${before.name} is ${before.each === undefined ? "one effect" : "a fan-out"} and ${where} is not`;
  }
  if (before.child?.saga !== after.child?.saga) {
    return `${before.name} ${sagaIn(before)} and ${where} ${sagaIn(after)}`;
  }
  for (const state of live) {
    const problem = openMisfit(before, after, state) ?? undoMisfit(saga, before, { after, state });
    if (problem !== undefined) return `${before.name} ${problem.found}, and ${where} ${problem.wanted}`;
  }
  return undefined;
}

const sagaIn = ({ child }: CompiledStep): string => (child === undefined ? "starts no saga" : `starts ${child.saga}`);

type Misfit = { readonly found: string; readonly wanted: string };

function openMisfit(before: CompiledStep, after: CompiledStep, { status, do: sending }: StepState): Misfit | undefined {
  if (status !== "open") return undefined;
  if (before.kind !== after.kind) return { found: `is open as ${before.kind}`, wanted: `is ${after.kind}` };
  if ((before.repeat === undefined) !== (after.repeat === undefined)) {
    return { found: `is ${before.repeat === undefined ? "asked once" : "a polling"}`, wanted: "is not" };
  }
  const [asked, asks] = [before.command?.event, after.command?.event];
  return sending === undefined || sending.resend === "failed" || asked === asks
    ? undefined
    : { found: `was asked by ${asked}`, wanted: `asks by ${asks}` };
}

/** What is, or will be, undone must have an undo; one that is under way must go on as what it is. */
function undoMisfit(
  saga: SagaState,
  { undo: before }: CompiledStep,
  { after: { undo: after }, state }: { readonly after: CompiledStep; readonly state: StepState },
): Misfit | undefined {
  const { status, givenUp, undo } = state;
  if (before === undefined) return undefined;
  const owed = saga.status === "compensating" || givenUp !== undefined || status === "undoing" || status === "undoUsedUp";
  if (owed && after === undefined) return { found: `is ${status} and has to be undone`, wanted: "has no undo" };
  const [asked, asks] = [before.request.event, after?.request.event];
  const mayRepeat = (status === "undoing" || status === "undoUsedUp") && undo?.resend !== "failed"; // under an id that said something else
  return mayRepeat && asked !== asks ? { found: `is being undone by ${asked}`, wanted: `is undone by ${asks}` } : undefined;
}

/**
 * Participants know an effect by the name that its step had when it was asked for. Another step of that name would give
 * its own effects the same ids.
 */
function namesInUse({ to, saga }: Placing, places: readonly Place[]): readonly string[] {
  return places.flatMap(({ before, to: target }) => {
    const known = knownAs(saga, before);
    const isFree = target === null || target === known || !to.stepByName.has(known);
    if (isFree || !wasTouched(saga, before)) return [];
    return [`the effect of ${before.name} is known as ${known}, and ${versionOf(to)} has another step of that name`];
  });
}

/** Name of the step towards participants. */
export const knownAs = ({ effectNames = {} }: SagaState, { name }: CompiledStep): string => effectNames[name] ?? name;

/** Whether participants may know an effect of the step; also of one that is undone or failed, by their tombstones. */
export function wasTouched(saga: SagaState, step: CompiledStep): boolean {
  const elements = step.each === undefined ? [] : elementStates(saga, step).map(([, state]) => state);
  return [stepOf(saga, step.name), ...elements].some(({ status }) => !["waiting", "skipped", "pruned"].includes(status));
}
