import type { CompiledStep } from "../../compile/compiled.ts";
import { stepOf } from "../../state.ts";
import { changeStep, type Draft, tell } from "../draft.ts";
import { isBeingUndone } from "../standing.ts";
import { prune } from "./leaving.ts";
import { openOrSkip } from "./opening.ts";

/** Rule 10: the step is given up for its fallback, which opens once nothing of the step is left. */
export function replace(draft: Draft, { name, fallback = "" }: CompiledStep): true {
  changeStep(draft, name, { givenUp: "replaced", cause: `${fallback} replaces it` });
  tell(draft, { kind: "replaced", step: name, by: fallback });
  return true;
}

export function openFallback(draft: Draft, step: CompiledStep): boolean {
  if (isNotNeeded(draft, step)) return prune(draft, step);
  const asked = primariesOf(draft, step).some(
    (primary) => stepOf(draft.saga, primary.name).givenUp === "replaced" && !isBeingUndone(draft, primary),
  );
  return asked && openOrSkip(draft, step);
}

/** Every step that it could replace went well, or was not to happen. */
export function isNotNeeded(draft: Draft, step: CompiledStep): boolean {
  return primariesOf(draft, step).every(({ name }) => {
    const { status, givenUp } = stepOf(draft.saga, name);
    return ["done", "skipped", "pruned"].includes(givenUp ?? status);
  });
}

function primariesOf({ definition }: Draft, { fallbackOf }: CompiledStep): readonly CompiledStep[] {
  return fallbackOf.flatMap((name) => definition.stepByName.get(name) ?? []);
}
