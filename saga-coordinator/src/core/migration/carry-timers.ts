import type { CompiledDefinition, CompiledStep } from "../compile/compiled.ts";
import { unitNamed } from "../fold/standing.ts";
import { DEADLINE, parseTimerName, stepTimer } from "../fold/timer-names.ts";
import { type SagaState, stepOf, type Timer } from "../state.ts";

type Timers = { readonly [name: string]: Timer };
export type Carrying = {
  readonly from: CompiledDefinition;
  readonly to: CompiledDefinition;
  readonly saga: SagaState;
  /** Name of a step, or of an element, to the one that takes it over. */
  readonly renamed: ReadonlyMap<string, string>;
};

/**
 * The timers under the other version: limits are its own, counted from when the old ones began; waits for the next
 * sending or round keep their instant. A limit that would be over already is due at once.
 */
export function carryTimers(carrying: Carrying): Timers {
  const { saga } = carrying;
  // A timer fact of before may still be on its way, and a document folds each identity once.
  const generation = saga.order + 1;
  const due: readonly Due[] = [
    ...Object.entries(saga.timers)
      .map(([name, { dueAt }]) => dueAfter(carrying, name, dueAt))
      .filter((timer) => timer !== undefined),
    ...newLimits(carrying),
    ...newDeadline(carrying),
  ];
  return Object.fromEntries(due.map(([name, dueAt]) => [name, { dueAt, generation }]));
}

type Due = readonly [name: string, dueAt: number];

function dueAfter({ from, to, renamed }: Carrying, name: string, dueAt: number): Due | undefined {
  const timer = parseTimerName(name);
  if (timer?.kind === "deadline") return moved(name, dueAt, [from.deadlineMillis, to.deadlineMillis]);
  if (timer?.kind === "patience") return moved(name, dueAt, [from.patienceMillis, to.patienceMillis]);
  const target = renamed.get(timer?.step ?? "");
  if (timer === undefined || target === undefined) return undefined;
  const [before, after] = [unitNamed(from, timer.step), unitNamed(to, target)];
  const named = stepTimer(timer.kind, target);
  switch (timer.kind) {
    case "timeout":
      return moved(named, dueAt, [before?.timeoutMillis, after?.timeoutMillis]);
    case "undoTimeout":
    case "outcome":
      return moved(named, dueAt, [before?.undo?.timeoutMillis, after?.undo?.timeoutMillis]);
    case "wait":
      return moved(named, dueAt, waitsOf(before, after));
    case "retry":
    case "undoRetry":
    case "repeat":
      return [named, dueAt];
    default:
      return timer.kind satisfies never;
  }
}

/** Undefined where the other version has no such limit. */
function moved(name: string, dueAt: number, [before = 0, after]: readonly [number | undefined, number | undefined]): Due | undefined {
  return after === undefined ? undefined : [name, dueAt - before + after];
}

/** A wait until an instant keeps it: that was computed when it opened. */
function waitsOf(before: CompiledStep | undefined, after: CompiledStep | undefined): readonly [number, number] {
  const [was, is] = [before?.wait, after?.wait];
  return was?.kind === "for" && is?.kind === "for" ? [was.millis, is.millis] : [0, 0];
}

/** Open steps that had no limit and have one now. */
function newLimits({ from, to, saga, renamed }: Carrying): readonly Due[] {
  return [...renamed].flatMap(([name, target]): readonly Due[] => {
    const { status, openedAt = 0, do: sending } = stepOf(saga, name);
    const [before, after] = [unitNamed(from, name), unitNamed(to, target)];
    const isWhole = before?.each !== undefined && before.element === ""; // its elements have the limits
    const isAwaited = status === "open" && !isWhole && sending?.resend === undefined;
    if (!isAwaited || before?.timeoutMillis !== undefined || after?.timeoutMillis === undefined) return [];
    return [[stepTimer("timeout", target), openedAt + after.timeoutMillis]];
  });
}

/** One that the old version had and that is not there any more has passed already. */
function newDeadline({ from, to: { deadlineMillis }, saga: { status, startedAt } }: Carrying): readonly Due[] {
  if (from.deadlineMillis !== undefined || deadlineMillis === undefined) return [];
  return status === "running" && startedAt !== undefined ? [[DEADLINE, startedAt + deadlineMillis]] : [];
}
