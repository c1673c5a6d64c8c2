import type { CompiledStep } from "../../compile/compiled.ts";
import { stepOf } from "../../state.ts";
import { keepRequest } from "../asking/requests.ts";
import { changeStep, type Draft, forgetField, tell } from "../draft.ts";
import { letGoOfClaims } from "../facts/claims.ts";
import { unitsOf } from "../standing.ts";
import type { Asked } from "./act-data.ts";
import { unitsMeant } from "./step-acts.ts";

/**
 * Changes what the saga knows: fields of its start, or of what a step answered. What was decided stays decided; what was
 * sent says the same when it is sent again, and only a new attempt reads the new data.
 */
export function editData(draft: Draft, asked: Asked): undefined {
  const { saga } = draft;
  const { payload } = asked;
  const target = targetOf(draft, asked);
  if (typeof target === "string") return refuse(draft, target);
  if (payload === undefined) return refuse(draft, "the definition reads none of these fields");
  keepRequests(draft);
  if (target === undefined) saga.start = { ...saga.start, ...payload };
  else changeStep(draft, target.name, { payload: { ...stepOf(saga, target.name).payload, ...payload }, cause: "an operator edited it" });
  for (const name of Object.keys(saga.steps)) if (saga.steps[name]?.fault !== undefined) forgetField(draft, name, "fault");
  letGoOfClaims(draft);
}

const refuse = (draft: Draft, reason: string): undefined => tell(draft, { kind: "refused", act: "edit-data", reason });

/** Whose data it is: undefined for the start's. Text: why there is none. */
function targetOf(draft: Draft, asked: Asked): CompiledStep | string | undefined {
  const { saga } = draft;
  if (saga.start === undefined) return `the saga is ${saga.status}, so it has no data yet`;
  if (saga.endedAt !== undefined && saga.stuck === undefined) return `the saga is ${saga.status}`;
  if (asked.step === undefined) return undefined;
  const found = unitsMeant(draft, asked);
  if ("refused" in found) return found.refused;
  const [unit] = found.units;
  if (unit === undefined || found.units.length > 1) return `${asked.step} has several elements; name one`;
  return stepOf(saga, unit.name).payload === undefined ? `${unit.name} has no data yet; settle-as-done supplies it` : unit;
}

/** Before the data changes: what may be sent again under the id that it has. */
function keepRequests(draft: Draft): undefined {
  const units: readonly CompiledStep[] = draft.definition.steps.flatMap((step) => unitsOf(draft.saga, step));
  for (const unit of units) {
    keepRequest(draft, unit, "do");
    keepRequest(draft, unit, "undo");
  }
}
