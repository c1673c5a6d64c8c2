import type { Payload } from "@troupe/kernel";
import type { CompiledStep } from "../../compile/compiled.ts";
import { sendFirst } from "../asking/requests.ts";
import { breakOn, changeStep, type Draft, setTimer, tell } from "../draft.ts";
import { stepTimer } from "../timer-names.ts";
import { insteadOfOpening } from "./pivot.ts";

/* The ways in which a step leaves `waiting`. */

/** A step or an element of a fan-out opens: it is asked for, or just expected. `payload`: of its command, when it has one. */
export function begin(draft: Draft, step: CompiledStep, payload: Payload | undefined): undefined {
  changeStep(draft, step.name, { status: "open", order: draft.saga.order, openedAt: draft.now, cause: "what it waits for is settled" });
  tell(draft, { kind: "opened", step: step.name });
  if (payload !== undefined) sendFirst(draft, step, { action: "do", payload });
  else if (step.timeoutMillis !== undefined) setTimer(draft, stepTimer("timeout", step.name), draft.now + step.timeoutMillis);
}

/** The step stays closed, the saga is stuck on the expression, and every fact tries again. */
export function holdUp(draft: Draft, { name }: CompiledStep, cause: string): false {
  breakOn(draft, { step: name, cause, actions: insteadOfOpening(draft) });
  return false;
}

/** Rule 11: it is not taken. */
export function prune(draft: Draft, { name }: CompiledStep): true {
  changeStep(draft, name, { status: "pruned", settledAt: draft.now, cause: "another way was taken" });
  tell(draft, { kind: "pruned", step: name });
  return true;
}

/** It happened, and the saga does without it: an alternative, or a fallback that was not needed. */
export function giveUp(draft: Draft, { name }: CompiledStep): true {
  changeStep(draft, name, { givenUp: "pruned", cause: "the saga does without it" });
  return true;
}

export function skip(draft: Draft, { name }: CompiledStep): true {
  changeStep(draft, name, { status: "skipped", settledAt: draft.now, cause: "its guard is false" });
  tell(draft, { kind: "skipped", step: name });
  return true;
}
