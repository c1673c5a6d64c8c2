import type { CompiledStep } from "../../compile/compiled.ts";
import { stepOf } from "../../state.ts";
import { askAfresh } from "../asking/requests.ts";
import { changeStep, clearTimer, type Draft, forgetField, setTimer } from "../draft.ts";
import { askNextRound } from "../facts/rounds.ts";
import { openElements } from "../forward/elements.ts";
import { stepTimer } from "../timer-names.ts";
import type { StepAct } from "./step-act.ts";

/** Asks again, with a fresh set of attempts: for the step, or for its undo. Who can't be asked gets the timeout anew. */
export const RETRY: StepAct = {
  refusal: (draft, unit) => {
    const { name } = unit;
    const { status } = stepOf(draft.saga, name);
    switch (status) {
      case "open":
        return draft.saga.status === "running" ? cannotBeAsked(unit) : notAskedIn(draft, name);
      case "failed":
      case "unknown":
        return refuseSettled(draft, unit);
      case "undoing":
      case "undoUsedUp":
        return unit.child === undefined ? undefined : `the sub-saga of ${name} compensates by its own rules; act on that one`;
      case "waiting":
        return `${name} has not opened: it waits for what comes before it`;
      case "done":
      case "skipped":
      case "pruned":
      case "undone":
      case "waived":
        return `${name} is ${status}`;
      default:
        return status satisfies never;
    }
  },
  apply: (draft, unit) => {
    const { status } = stepOf(draft.saga, unit.name);
    if (status === "undoing" || status === "undoUsedUp") return undoAgain(draft, unit);
    if (status === "open") return askAgain(draft, unit);
    if (draft.saga.status === "running") return openAgain(draft, unit);
    forgetField(draft, unit.name, "overdue"); // its outcome is waited for once more
  },
};

const notAskedIn = ({ saga }: Draft, name: string): string => `the saga is ${saga.status}, so ${name} is not asked for any more`;

function cannotBeAsked({ name, wait, command, timeoutMillis }: CompiledStep): string | undefined {
  if (wait !== undefined) return `${name} is a wait: nobody is asked for it`;
  if (command === undefined && timeoutMillis === undefined) return `nobody can be asked for ${name}, and it has no timeout`;
  return undefined;
}

function refuseSettled(draft: Draft, unit: CompiledStep): string | undefined {
  const { saga } = draft;
  const { name, base, child, each, element } = unit;
  const { status, overdue, openedAt } = stepOf(saga, name);
  if (saga.status !== "running") return overdue === true ? undefined : notAskedIn(draft, name);
  if (stepOf(saga, base).givenUp !== undefined) return `the saga does without ${base}`;
  if (child !== undefined && status === "failed") return `the sub-saga of ${name} has ended, and a saga of one id runs once`;
  const isWhole = each !== undefined && element === "";
  if (openedAt === undefined && !isWhole) return `${name} failed before it opened`;
  return isWhole ? undefined : cannotBeAsked(unit);
}

function openAgain(draft: Draft, unit: CompiledStep): undefined {
  if (unit.each !== undefined && unit.element === "") return void openElements(draft, unit);
  for (const name of new Set([unit.base, unit.name])) {
    if (!["failed", "unknown"].includes(stepOf(draft.saga, name).status)) continue;
    const isFailed = stepOf(draft.saga, name).status === "failed";
    changeStep(draft, name, { status: "open", order: draft.saga.order, cause: "an operator asks once more" });
    forgetField(draft, name, "settledAt");
    forgetField(draft, name, "reason");
    if (name === unit.name) ask(draft, unit, isFailed);
  }
}

function askAgain(draft: Draft, unit: CompiledStep): undefined {
  const { do: sending } = stepOf(draft.saga, unit.name);
  forgetField(draft, unit.name, "fault");
  clearTimer(draft, stepTimer("repeat", unit.name));
  if (sending?.resend === "round") return askNextRound(draft, unit);
  ask(draft, unit, sending?.resend === "failed");
}

function ask(draft: Draft, unit: CompiledStep, failed: boolean): undefined {
  const { name, command, timeoutMillis } = unit;
  if (command !== undefined) askAfresh(draft, unit, { action: "do", failed });
  else if (timeoutMillis !== undefined) setTimer(draft, stepTimer("timeout", name), draft.now + timeoutMillis);
}

function undoAgain(draft: Draft, unit: CompiledStep): undefined {
  const { status, undo } = stepOf(draft.saga, unit.name);
  if (status === "undoUsedUp") changeStep(draft, unit.name, { status: "undoing", cause: "an operator asks once more" });
  else forgetField(draft, unit.name, "fault");
  askAfresh(draft, unit, { action: "undo", failed: undo?.resend === "failed" });
}
