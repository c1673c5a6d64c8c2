import type { StepDefinition } from "../../definition/types.ts";
import type { SagaState } from "../../state.ts";

/**
 * What is true outside of the coordinator about one effect: a participant that keeps its promises (it does an effect at
 * most once, undoes it at most once, answers an undo without a do, and refuses a do after its undo).
 */
export type Participant = {
  /** `untold`: it happened, and the event that says so is still on its way. */
  readonly done: "no" | "untold" | "told";
  /** Undone, or promised never to do it. */
  readonly undone: boolean;
  /** Its last request was refused. */
  readonly failed: boolean;
  /** The coordinator waits, or waited, for it. */
  readonly opened: boolean;
  /** Place in history of its opening, then of its done: what rule 3 orders by. 0: none. */
  readonly order: number;
};

export const UNTOUCHED: Participant = { done: "no", undone: false, failed: false, opened: false, order: 0 };

/**
 * How an alias stands that the saga has claimed. `claimed`: nobody has heard yet whether it was the first; `ours`: an
 * event has come by it; `lost`: another saga was faster, and has the events from now on.
 */
export type AliasStanding = "claimed" | "ours" | "lost";

/** The coordinator's state, in its normal form, and the truth around it. */
export type World = {
  readonly saga: SagaState;
  /** By effect: the name of the step, or `step/element`. */
  readonly participants: { readonly [effect: string]: Participant };
  /** Guards that were read: their inputs do not change, so neither do they. */
  readonly guards: { readonly [atom: string]: boolean };
  /** Aliases that the saga has claimed. */
  readonly aliases: { readonly [alias: string]: AliasStanding };
};

export function participantOf({ participants }: Pick<World, "participants">, effect: string): Participant {
  return (Object.hasOwn(participants, effect) ? participants[effect] : undefined) ?? UNTOUCHED;
}

/** Name of the effect of a step: one per element of a fan-out. */
export function effectKey(step: string, element = ""): string {
  return element === "" ? step : `${step}/${element}`;
}

/** The step of an effect: `step/element` is one of `step`. */
export function baseOf(effect: string): string {
  const [base = effect] = effect.split("/", 1);
  return base;
}

/** Participants of a step: one, or one per element of a fan-out, which has none of its own. */
export function effectsOf(
  { name, each }: Pick<StepDefinition, "name" | "each">,
  { participants }: Pick<World, "participants">,
): readonly Participant[] {
  if (each !== undefined) return Object.entries(participants).flatMap(([effect, one]) => (effect.startsWith(`${name}/`) ? [one] : []));
  const one = Object.hasOwn(participants, name) ? participants[name] : undefined;
  return one === undefined ? [] : [one];
}
