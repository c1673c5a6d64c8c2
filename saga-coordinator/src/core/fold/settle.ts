import type { CompiledDefinition } from "../compile/compiled.ts";
import { type SagaState, stepOf } from "../state.ts";
import { turn } from "./back/turn.ts";
import { undoNext } from "./back/undo-order.ts";
import { type Draft, hasTurned, setStatus, tell } from "./draft.ts";
import { advance } from "./forward/advance.ts";
import { complete } from "./forward/complete.ts";
import { settleElements } from "./forward/elements.ts";
import { canTurn, releaseRemembered } from "./forward/pivot.ts";
import { hasFailedForGood, hasSettled, isBeingUndone, owes, unitsOf } from "./standing.ts";
import { markStuck, unstick } from "./stuck.ts";

/** After every fact: what follows from where the steps stand now. Turns, opens, undoes, ends, or marks as stuck. */
export function settle(draft: Draft): undefined {
  if (draft.saga.status === "running") settleRunning(draft);
  if (draft.saga.status === "completed") undoLeftovers(draft);
  if (hasTurned(draft)) settleTurned(draft);
  markStuck(draft);
}

/** A late success of what the saga did without (rule 5). */
function undoLeftovers(draft: Draft): undefined {
  settleElements(draft);
  undoNext(draft);
  settleElements(draft);
}

function settleRunning(draft: Draft): undefined {
  do {
    settleElements(draft);
    const failure = canTurn(draft) ? turningCause(draft) : undefined;
    if (failure !== undefined) return turn(draft, failure);
  } while (advance(draft));
  releaseRemembered(draft);
  undoNext(draft);
  settleElements(draft);
  const { steps } = draft.definition;
  // Optional steps that are still open are not waited for (rule 9).
  if (steps.every((step) => (!step.awaited || hasSettled(draft, step)) && !isBeingUndone(draft, step))) complete(draft);
}

/** Rules 2 and 7: a required step that failed for good or is silent for good, or a deadline that had to wait for the pivot. */
function turningCause(draft: Draft): { step: string | null; cause: string } | undefined {
  const { definition, saga } = draft;
  const failed = definition.steps.find((step) => hasFailedForGood(draft, step));
  if (failed !== undefined) {
    const { status, reason = status } = stepOf(saga, failed.name);
    return { step: failed.name, cause: reason };
  }
  return saga.remembered === undefined ? undefined : { step: null, cause: saga.remembered.cause };
}

/** When no undo is left and none is stuck, everything is undone. */
function settleTurned(draft: Draft): undefined {
  settleElements(draft);
  const outcome = undoNext(draft);
  settleElements(draft);
  if (outcome !== "nothing-left" || draft.saga.status === "compensated") return;
  unstick(draft);
  setStatus(draft, "compensated", "every undo is confirmed");
  draft.saga.endedAt = draft.now;
  tell(draft, { kind: "compensated" });
}

/** Steps and elements that still have, or may have, an effect that must be undone. */
export function outstandingUndos(definition: CompiledDefinition, saga: SagaState): readonly string[] {
  const turned = hasTurned({ saga });
  return definition.steps
    .filter(({ name }) => turned || stepOf(saga, name).givenUp !== undefined)
    .flatMap((step) => unitsOf(saga, step))
    .filter((unit) => owes(unit, stepOf(saga, unit.name)))
    .map(({ name }) => name);
}
