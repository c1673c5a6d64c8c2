import type { CompiledStep } from "../../compile/compiled.ts";
import { stepOf } from "../../state.ts";
import type { Draft } from "../draft.ts";
import { holds, scopeOf } from "../scope.ts";
import { joinOf } from "../standing.ts";
import { giveUp, holdUp, prune } from "./leaving.ts";
import { mayOpen, open } from "./opening.ts";

/**
 * Rule 11. Decided once: what is not chosen leaves `waiting` for good in the same fold. What was done early decides
 * before the guards do; of two that were done early the first counts, the other is a late success.
 */
export function chooseIn(draft: Draft, choice: string): boolean {
  const members = draft.definition.choices.get(choice) ?? [];
  const [first] = members;
  if (first === undefined) return false;
  const chosen = alreadyChosen(draft, members);
  if (chosen !== undefined) return keepOnly(draft, members, chosen) || openChosen(draft, chosen);
  const join = joinOf(draft, first);
  if (join === "pruned") return members.filter((step) => isWaiting(draft, step)).map((step) => prune(draft, step)).length > 0;
  if (join !== "met") return false;
  const decided = byGuard(draft, members);
  return decided !== undefined && (keepOnly(draft, members, decided) || openChosen(draft, decided));
}

const isWaiting = ({ saga }: Draft, { name }: CompiledStep): boolean => stepOf(saga, name).status === "waiting";

/** The one that was done early, or the one that was chosen and could not open yet: all others are pruned. */
function alreadyChosen(draft: Draft, members: readonly CompiledStep[]): CompiledStep | undefined {
  const done = members
    .filter(({ name }) => stepOf(draft.saga, name).status === "done" && stepOf(draft.saga, name).givenUp === undefined)
    .sort((a, b) => stepOf(draft.saga, a.name).order - stepOf(draft.saga, b.name).order);
  if (done[0] !== undefined) return done[0];
  const isPruned = ({ name }: CompiledStep): boolean =>
    stepOf(draft.saga, name).status === "pruned" || stepOf(draft.saga, name).givenUp === "pruned";
  if (!members.some(isPruned)) return undefined;
  return members.find((step) => !isPruned(step));
}

function byGuard(draft: Draft, members: readonly CompiledStep[]): CompiledStep | undefined {
  const values = scopeOf(draft);
  for (const step of members.filter(({ otherwise }) => !otherwise)) {
    if (step.guard === undefined) return step;
    const outcome = holds(step.guard, values, `guard of ${step.name}`);
    if ("failed" in outcome) {
      holdUp(draft, step, outcome.failed);
      return undefined;
    }
    if (outcome.value) return step;
  }
  const otherwise = members.find((step) => step.otherwise);
  const [first] = members;
  if (otherwise === undefined && first !== undefined) holdUp(draft, first, `no guard of the choice ${first.choice} is true`);
  return otherwise;
}

function keepOnly(draft: Draft, members: readonly CompiledStep[], chosen: CompiledStep): boolean {
  let moved = false;
  for (const step of members.filter((member) => member !== chosen)) {
    const { status, givenUp } = stepOf(draft.saga, step.name);
    if (status === "waiting") moved = prune(draft, step);
    if (status === "done" && givenUp === undefined) moved = giveUp(draft, step);
  }
  return moved;
}

function openChosen(draft: Draft, chosen: CompiledStep): boolean {
  return isWaiting(draft, chosen) && joinOf(draft, chosen) === "met" && mayOpen(draft, chosen) && open(draft, chosen);
}
