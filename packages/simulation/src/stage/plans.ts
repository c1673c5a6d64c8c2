/**
 * What a participant does when it is asked, one character a step of the plan that every request carries. So decisions
 * stay pure, and a saga's whole story follows from the seed.
 */
export const BEHAVIOURS = {
  ok: "0",
  refuses: "1",
  /** Commanded steps only: refuses the first attempt. */
  refusesOnce: "2",
  silent: "3",
  /** Answers long after the timeout. */
  late: "4",
  /** The first undo fails. */
  undoFailsOnce: "5",
  /** No undo is ever answered. */
  undoSilent: "6",
  answersTwice: "7",
  /** The undo is answered after its attempts are used up. */
  undoLate: "9",
  /** The handler throws. */
  throws: "8",
} as const;
export type Behaviour = (typeof BEHAVIOURS)[keyof typeof BEHAVIOURS];

const COMMON: readonly Behaviour[] = ["0", "0", "0", "0", "0", "0", "0", "0", "1", "2", "3", "4", "5", "7", "9"];
const RARE: readonly Behaviour[] = ["6", "8"];

/** `draw`: an index below its argument. */
export function drawPlan(steps: readonly string[], draw: (limit: number) => number): string {
  return steps
    .map((step) => {
      const from = draw(40) === 0 ? RARE : COMMON;
      return step + (from[draw(from.length)] ?? "0");
    })
    .join("");
}

export function behaviourOf(plan: string, step: string): string {
  return plan[plan.indexOf(step) + 1] ?? BEHAVIOURS.ok;
}

/** How late a late answer is. */
export const LATE_ANSWER_MILLIS = 15_000;
