import type { CompiledStep } from "../../compile/compiled.ts";
import { payloadFor } from "../asking/requests.ts";
import type { Draft } from "../draft.ts";
import { holds, scopeOf } from "../scope.ts";
import { hasSettled } from "../standing.ts";
import { openElements } from "./elements.ts";
import { begin, holdUp, skip } from "./leaving.ts";
import { startWait } from "./waits.ts";

/** Rule 6: a pivot opens last of all that is required and does not depend on it. */
export function mayOpen(draft: Draft, { settledFirst }: CompiledStep): boolean {
  return settledFirst.every((name) => {
    const other = draft.definition.stepByName.get(name);
    return other === undefined || hasSettled(draft, other);
  });
}

/** Opens a step whose time has come, unless its own guard is false. True when it has settled by that, or may have. */
export function openOrSkip(draft: Draft, step: CompiledStep): boolean {
  if (step.guard !== undefined) {
    const outcome = holds(step.guard, scopeOf(draft), `guard of ${step.name}`);
    if ("failed" in outcome) return holdUp(draft, step, outcome.failed);
    if (!outcome.value) return skip(draft, step);
  }
  return open(draft, step);
}

/** Opens a step without asking its guard, unless its request, its list or its time can't be computed. True as above. */
export function open(draft: Draft, step: CompiledStep): boolean {
  if (step.each !== undefined) return openElements(draft, step);
  if (step.wait !== undefined) return startWait(draft, step);
  return openUnit(draft, step);
}

function openUnit(draft: Draft, step: CompiledStep): false {
  const payload = payloadFor(draft, step, "do");
  if (step.command === undefined || payload !== undefined) begin(draft, step, payload);
  return false;
}
