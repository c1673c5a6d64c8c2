import { createGuardReader, disjoint, type GuardShape } from "../../../expressions/disjoint.ts";
import { type Checking, type Listening, listenings } from "../checking.ts";

/**
 * Rule 12: an event that means several things carries guards of which never two hold: `e` and `!e`, or different
 * literals on one field. Without that an answer can't be told from the other.
 */
export function checkAnswers(checking: Checking): void {
  const read = createGuardReader();
  const heard = listenings(checking.definition).map((listening) => ({
    ...listening,
    shape: listening.guard === undefined ? undefined : read(listening.guard),
  }));
  for (const group of Map.groupBy(heard, ({ event }) => event).values()) {
    group.forEach((later, at) => {
      const other = group.slice(0, at).find((earlier) => clash(earlier, later));
      if (other === undefined) return;
      const message = `${later.event} is ${later.meaning} and already ${other.meaning}, and both may hold; allowed are guards that never hold together: \`e\` and \`!e\`, or different literals on one field`;
      checking.source.report(`${later.path}.on`, { code: "answers-not-disjoint", message });
    });
  }
}

type Heard = Listening & { readonly shape: GuardShape | undefined };

function clash(a: Heard, b: Heard): boolean {
  if (a.meaning === b.meaning) return false;
  if (a.guard === undefined || b.guard === undefined) return true;
  // A guard that is no CEL is reported elsewhere.
  return a.shape !== undefined && b.shape !== undefined && !disjoint(a.shape, b.shape);
}
