import { createGuardReader, disjoint, type GuardShape } from "../../../expressions/disjoint.ts";
import { type Checking, type Listening, listenings, undoOf } from "../checking.ts";
import { childOf } from "../steps/check-children.ts";

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
  checkOwnRequests(checking);
}

/** What the saga itself emits is on the log at once: as an answer it would settle a step that nobody has done. */
function checkOwnRequests(checking: Checking): void {
  const answers = listenings(checking.definition).filter(({ step }) => step !== undefined);
  for (const { event, path, what } of requestsOf(checking)) {
    const answer = answers.find((one) => one.event === event);
    if (answer === undefined) continue;
    const message = `${event} is ${what} and also ${answer.meaning}, so the saga would answer itself; allowed is an event that this saga does not wait for`;
    checking.source.report(path, { code: "answers-not-disjoint", message });
  }
}

type Request = { readonly event: string; readonly path: string; readonly what: string };

function requestsOf(checking: Checking): readonly Request[] {
  const { cron, steps, saga } = checking.definition;
  const ofSteps = steps.flatMap((step): readonly (Omit<Request, "event"> & { readonly event: string | undefined })[] => {
    const at = `steps.${step.name}`;
    const childStart = childOf(checking, step.child?.saga)?.start[0]?.on;
    return [
      { event: step.command?.emit, path: `${at}.command.emit`, what: `what ${step.name} is asked for with` },
      { event: undoOf(step)?.emit, path: `${at}.compensate.emit`, what: `what the undo of ${step.name} is asked for with` },
      { event: childStart, path: `${at}.saga`, what: `what ${step.name} starts its sub-saga with` },
    ];
  });
  const scheduled = cron === undefined ? [] : [{ event: cron.emit, path: "start.0.emit", what: `what the schedule starts ${saga} with` }];
  return [...ofSteps, ...scheduled].flatMap(({ event, ...rest }) => (event === undefined ? [] : [{ event, ...rest }]));
}

type Heard = Listening & { readonly shape: GuardShape | undefined };

function clash(a: Heard, b: Heard): boolean {
  if (a.meaning === b.meaning) return false;
  if (a.guard === undefined || b.guard === undefined) return true;
  // A guard that is no CEL is reported elsewhere.
  return a.shape !== undefined && b.shape !== undefined && !disjoint(a.shape, b.shape);
}
