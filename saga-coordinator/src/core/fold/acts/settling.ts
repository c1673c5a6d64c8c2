import type { CompiledStep } from "../../compile/compiled.ts";
import { stepOf } from "../../state.ts";
import type { StepStatus } from "../../transitions.ts";
import { stopAsking } from "../asking/requests.ts";
import { changeStep, type Draft, tell } from "../draft.ts";
import { fail, foldDone } from "../facts/answers.ts";
import type { StepAct } from "./step-act.ts";

/* An operator knows what became of a step, and says it in the place of an answer. */

type Refusals = { readonly [status in StepStatus]?: (name: string) => string };

const refuseBy =
  (refusals: Refusals) =>
  (draft: Draft, { name }: CompiledStep): string | undefined =>
    refusals[stepOf(draft.saga, name).status]?.(name);

/** It counts as the answer `done` does (rule 1), with the payload that the answer would have had. */
export const SETTLE_AS_DONE: StepAct = {
  refusal: refuseBy({
    done: (name) => `${name} is done already`,
    undoing: (name) => `${name} is being undone; settle-as-no-effect or waive-undo ends that`,
    undoUsedUp: (name) => `the undo of ${name} is used up; settle-as-no-effect or waive-undo ends that`,
    waived: (name) => `the undo of ${name} was waived`,
  }),
  apply: (draft, unit, { payload }) =>
    foldDone(draft, unit, { event: "settle-as-done", order: draft.saga.order, attempt: undefined, round: undefined, payload }),
};

const BY_OPERATOR = "an operator settled it";

/** It counts as an explicit failure of the last attempt, which promises no effect (rule 5). */
export const SETTLE_AS_FAILED: StepAct = {
  refusal: (draft, unit) => {
    const { status } = stepOf(draft.saga, unit.name);
    if (status === "waiting" && draft.saga.status !== "running") return `the saga is ${draft.saga.status} and ${unit.name} never opened`;
    return refuseBy({
      done: (name) => `${name} is done, and its effect counts until it is undone`,
      failed: (name) => `${name} has failed already`,
      skipped: (name) => `${name} is skipped`,
      pruned: (name) => `${name} is pruned`,
      undoing: (name) => `${name} is being undone; settle-as-no-effect or waive-undo ends that`,
      undone: (name) => `${name} is undone`,
      undoUsedUp: (name) => `the undo of ${name} is used up; settle-as-no-effect or waive-undo ends that`,
      waived: (name) => `the undo of ${name} was waived`,
    })(draft, unit);
  },
  apply: (draft, unit) => fail(draft, unit, BY_OPERATOR),
};

/**
 * Nothing of it is there: it never happened, or somebody took it back by hand. In a saga that runs it is a failure
 * without effect; an undo that is under way or used up is over.
 */
export const SETTLE_AS_NO_EFFECT: StepAct = {
  refusal: refuseBy({
    waiting: (name) => `${name} has not opened`,
    done: (name) => `${name} is done, and its effect counts until it is undone`,
    failed: (name) => `${name} has failed, which promises no effect`,
    skipped: (name) => `${name} is skipped`,
    pruned: (name) => `${name} is pruned`,
    undone: (name) => `${name} is undone`,
    waived: (name) => `the undo of ${name} was waived`,
  }),
  apply: (draft, unit) => {
    const { status, doneAt } = stepOf(draft.saga, unit.name);
    // What is known to have happened can't be failed any more.
    if (doneAt === undefined || (status !== "undoing" && status !== "undoUsedUp")) return fail(draft, unit, BY_OPERATOR);
    changeStep(draft, unit.name, { status: "undone", undoneAt: draft.now, cause: BY_OPERATOR });
    stopAsking(draft, unit.name, "undo");
    tell(draft, { kind: "undone", step: unit.name });
  },
};
