import { stepOf } from "../../state.ts";
import { stopAsking } from "../asking/requests.ts";
import { changeStep, hasTurned, tell } from "../draft.ts";
import { owes } from "../standing.ts";
import type { StepAct } from "./step-act.ts";

/** What it did stays as it is, and the saga goes on without its undo: that step is outside the guarantee from here on. */
export const WAIVE_UNDO: StepAct = {
  refusal: (draft, unit) => {
    const state = stepOf(draft.saga, unit.name);
    if (unit.undo === undefined) return `nothing undoes ${unit.name}`;
    if (!owes(unit, state)) return `${unit.name} is ${state.status}, so there is nothing to undo`;
    const isDue = hasTurned(draft) || stepOf(draft.saga, unit.base).givenUp !== undefined;
    return isDue ? undefined : `the saga is ${draft.saga.status}, so ${unit.name} is not undone`;
  },
  apply: (draft, { name }) => {
    changeStep(draft, name, { status: "waived", cause: "an operator waived its undo" });
    stopAsking(draft, name, "do");
    stopAsking(draft, name, "undo");
    tell(draft, { kind: "waived", step: name });
  },
};
