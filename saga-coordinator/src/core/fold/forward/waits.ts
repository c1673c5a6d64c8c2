import type { CompiledStep } from "../../compile/compiled.ts";
import { stepOf } from "../../state.ts";
import { changeStep, type Draft, setTimer, tell } from "../draft.ts";
import { evaluate, scopeOf } from "../scope.ts";
import { stepTimer } from "../timer-names.ts";
import { holdUp } from "./leaving.ts";

/** Opens a wait: nothing is asked of anybody, a timer ends it. An instant that has passed ends it at once. */
export function startWait(draft: Draft, step: CompiledStep): boolean {
  const until = instantOf(draft, step);
  if (typeof until === "string") return holdUp(draft, step, until);
  changeStep(draft, step.name, { status: "open", order: draft.saga.order, openedAt: draft.now, cause: "what it waits for is settled" });
  tell(draft, { kind: "opened", step: step.name });
  if (until > draft.now) setTimer(draft, stepTimer("wait", step.name), until);
  else endWait(draft, step);
  return true;
}

/** Milliseconds since the epoch, or why there is no such instant. */
function instantOf(draft: Draft, { name, wait }: CompiledStep): number | string {
  if (wait === undefined) return draft.now;
  if (wait.kind === "for") return draft.now + wait.millis;
  const where = `until of ${name}`;
  const outcome = evaluate(wait.at, scopeOf(draft), where);
  if ("failed" in outcome) return outcome.failed;
  const instant = typeof outcome.value === "bigint" ? Number(outcome.value) : outcome.value;
  if (typeof instant === "number" && Number.isSafeInteger(instant)) return instant;
  return `\`${wait.at.text}\` (${where}) can't be computed (it gives no instant)`;
}

export function endWait(draft: Draft, { name }: CompiledStep): undefined {
  if (stepOf(draft.saga, name).status !== "open") return;
  changeStep(draft, name, { status: "done", settledAt: draft.now, doneAt: draft.now, cause: "its time has come" });
  tell(draft, { kind: "done", step: name, late: false, event: "its time" });
}
