import type { Answer } from "../../definition/types.ts";
import { stepOf } from "../../state.ts";
import { contestedIn, findsSaga } from "./aliases.ts";
import type { Model, StepModel } from "./model.ts";
import { baseOf, effectKey, type Participant, participantOf, type World } from "./world.ts";

/** One thing that may happen next. Events carry what the participant did before it told. */
export type Happening =
  | { readonly kind: "start"; readonly event: string; readonly guard: string | undefined; readonly again: boolean }
  | { readonly kind: "timer"; readonly name: string }
  | { readonly kind: "cancel" }
  /** Another saga turns out to have claimed it first. */
  | { readonly kind: "aliasLost"; readonly alias: string }
  | Answered;

export type Answered = {
  readonly kind: "done" | "failed" | "undone" | "undoFailed";
  readonly step: string;
  readonly element: string;
  readonly event: string;
  readonly guard: string | undefined;
  /** Which request it answers; 0: none that could be named. */
  readonly attempt: number;
  /** Before its step is open, or although it never was. */
  readonly early: boolean;
  /** Told a second time. */
  readonly again: boolean;
  /** Of a repeated step: its guard still holds, so it is asked again. */
  readonly goesOn: boolean;
  /** Of an undo: the effect had happened before it, and the event that says so is still on its way. */
  readonly crossed: boolean;
};

/** Everything that may happen to this world, whatever the order of topics. */
export function happeningsIn(model: Model, world: World): readonly Happening[] {
  if (world.saga.status === "declined") return []; // what comes to it is counted only
  const told = model.steps.flatMap((step) => answersOf(model, { step, world }));
  const answers = told.filter(({ event }) => findsSaga(model.definition, world, event));
  const others = [...timersIn(world), ...cancelsIn(world), ...lossesIn(model, world)];
  return oneUndoAfterTheOther(model, world, [...startsIn(model, world), ...answers, ...others]);
}

/**
 * Undos that are sent together do not know of each other: what comes of one and of whoever depends on it is looked at
 * first, then the next. The other orders lead to the same situations, only by way of many more.
 */
function oneUndoAfterTheOther({ definition, steps }: Model, { saga }: World, all: readonly Happening[]): readonly Happening[] {
  if (definition.compensation !== "parallel" || saga.status !== "compensating") return all;
  const first = steps.find(({ step }) =>
    Object.entries(saga.steps).some(([name, { status }]) => status === "undoing" && baseOf(name) === step.name),
  );
  if (first === undefined) return all;
  const concerned = (step: string): boolean => step === first.step.name || first.dependants.has(step);
  return all.filter((one) =>
    "step" in one ? concerned(one.step) : one.kind === "timer" && concerned(baseOf(one.name.slice(one.name.indexOf(":") + 1))),
  );
}

function startsIn({ definition }: Model, { saga }: World): readonly Happening[] {
  const again = saga.status !== "awaiting" && saga.status !== "unmatched";
  const ended = saga.status === "completed" || saga.status === "compensated" || saga.status === "declined";
  return ended ? [] : definition.start.map(({ on, if: guard }) => ({ kind: "start", event: on, guard, again }));
}

/** Anybody may cancel, at any time before the end. */
function cancelsIn({ saga }: World): readonly Happening[] {
  return saga.status === "awaiting" || saga.status === "running" ? [{ kind: "cancel" }] : [];
}

function lossesIn({ definition }: Model, world: World): readonly Happening[] {
  return contestedIn(definition, world).map((alias) => ({ kind: "aliasLost", alias }));
}

/** The deadline last: where something else leads to the same, a reader understands that better. */
function timersIn({ saga }: World): readonly Happening[] {
  const isDeadline = (name: string): number => (name === "deadline" ? 1 : 0);
  const names = Object.keys(saga.timers).sort((a, b) => isDeadline(a) - isDeadline(b));
  return names.map((name) => ({ kind: "timer", name }));
}

type Of = { readonly step: StepModel; readonly world: World };
/** One effect of a step, and who does it. */
type Asked = Of & { readonly element: string; readonly name: string; readonly participant: Participant };

function answersOf(model: Model, of: Of): readonly Answered[] {
  const { step, world } = of;
  if (step.kind === "wait") return [];
  return elementsOf(model, of).flatMap((element) => {
    const name = effectKey(step.step.name, element);
    const asked = { ...of, element, name, participant: participantOf(world, name) };
    return [...donesOf(model, asked), ...failuresOf(asked), ...undosOf(asked)];
  });
}

/** Elements of a fan-out: the list is the same whenever it is read, so they can be answered for before it opens. */
function elementsOf({ bounds }: Model, { step }: Of): readonly string[] {
  return step.step.each === undefined ? [""] : Array.from({ length: bounds.elements }, (_, at) => `e${at + 1}`);
}

const PLAIN = { guard: undefined, attempt: 0, early: false, again: false, crossed: false, goesOn: false } as const;

function tell({ step, element }: Asked, answers: readonly Answer[], told: Partial<Answered> & Pick<Answered, "kind">): readonly Answered[] {
  return answers.map(({ on, if: guard }) => ({ ...PLAIN, step: step.step.name, element, event: on, guard, ...told }));
}

const COMPLETED: readonly Answer[] = [{ on: "SagaCompleted", if: undefined }];
const COMPENSATED: readonly Answer[] = [{ on: "SagaCompensated", if: undefined }];

function donesOf(model: Model, asked: Asked): readonly Answered[] {
  const { step, world, participant, name } = asked;
  const { done, undone, failed, opened } = participant;
  const attempt = stepOf(world.saga, name).do?.attempt ?? 0;
  const answers = step.kind === "saga" ? COMPLETED : step.step.done;
  const say = (more: Partial<Answered>): readonly Answered[] => tell(asked, answers, { kind: "done", attempt, ...more });
  if (done === "untold") return say({});
  // A second done after the undone is what a crossing is, too.
  if (done === "told") return undone ? [] : say({ again: true });
  if (undone || (failed && !succeedsAfterAll(world))) return [];
  if (opened) return [...say({}), ...(step.step.repeat === undefined ? [] : say({ goesOn: true }))];
  return mayComeEarly(model, asked) ? say({ early: true }) : [];
}

/** Failures hold a saga up that can't turn any more: somebody mends what is broken, and it succeeds after all. */
function succeedsAfterAll({ saga }: World): boolean {
  return saga.stuck !== undefined && saga.status === "running";
}

/** Observed steps need nobody's request. Behind the pivot nobody acts before it. */
function mayComeEarly(model: Model, { step, world }: Of): boolean {
  if (step.kind !== "observed") return false;
  if (!step.beyondPivot) return true;
  return model.steps.every(
    (other) => !other.isPivot || !other.dependants.has(step.step.name) || participantOf(world, other.step.name).done !== "no",
  );
}

function failuresOf(asked: Asked): readonly Answered[] {
  const { step, world, participant, name } = asked;
  const { done, undone, failed, opened } = participant;
  const attempt = stepOf(world.saga, name).do?.attempt ?? 0;
  const answers = step.kind === "saga" ? COMPENSATED : step.step.failed;
  const say = (more: Partial<Answered>): readonly Answered[] => tell(asked, answers, { kind: "failed", attempt, ...more });
  // A failure may be told again: also one of an attempt before the last.
  if (failed) return say({ again: true });
  if (attempt > 1) return [...(done === "no" && !undone ? say({}) : []), ...say({ again: true, attempt: attempt - 1 })];
  if (done !== "no" || undone) return [];
  if (opened) return say({});
  return step.kind === "observed" && !step.beyondPivot ? say({ early: true }) : [];
}

function undosOf(asked: Asked): readonly Answered[] {
  const { step, world, participant, name } = asked;
  const { status, undo } = stepOf(world.saga, name);
  const isChild = step.kind === "saga";
  if (undo === undefined && !isChild) return [];
  const { done, undone, failed, opened } = participant;
  const [answers, failures] = isChild ? [COMPENSATED, []] : [step.undone, step.undoFailed];
  const attempt = undo?.attempt ?? 0;
  const waits = status === "undoUsedUp" || (status === "undoing" && undo?.resend !== "failed");
  if (!waits) return undone && !isChild ? tell(asked, answers, { kind: "undone", attempt, again: true }) : [];
  const mayCross = done === "no" && !undone && !failed && !step.ordered && !isChild && (opened || step.kind === "observed");
  return [
    ...tell(asked, answers, { kind: "undone", attempt }),
    ...(mayCross ? tell(asked, answers, { kind: "undone", attempt, crossed: true, early: !opened }) : []),
    ...(status === "undoing" && undo?.resend === undefined ? tell(asked, failures, { kind: "undoFailed", attempt }) : []),
  ];
}
