import type { CompiledStep } from "../../compile/compiled.ts";
import { stepOf } from "../../state.ts";
import { payloadFor, sendFirst, stopAsking } from "../asking/requests.ts";
import { changeStep, type Draft, setTimer, tell, unexpected } from "../draft.ts";
import { holds, scopeOf } from "../scope.ts";
import { stepTimer } from "../timer-names.ts";
import { type Answer, fail, foldDone } from "./answers.ts";

/**
 * An answer to a repeated step. The guard still true: it is asked again later, as the next round, a new effect with its
 * own ids; false: it is done, whichever round the answer is of. A true answer of a round that is over changes nothing.
 */
export function foldRound(draft: Draft, step: CompiledStep, answer: Answer): undefined {
  const { repeat, name } = step;
  if (repeat === undefined) return;
  const { event } = answer;
  const outcome = holds(repeat.while, scopeOf(draft, { event: answer.payload ?? {} }), `repeat of ${name}`);
  if ("failed" in outcome) return changeStep(draft, name, { fault: outcome.failed, cause: event });
  if (!outcome.value) return foldDone(draft, step, answer);
  const { status, round = 1, do: sending } = stepOf(draft.saga, name);
  if (status === "waiting") return unexpected(draft, event, { reason: `${name} was not asked yet` });
  const isOver = draft.saga.status !== "running" || status !== "open" || sending?.resend === "round" || (answer.round ?? round) < round;
  if (isOver) return tell(draft, { kind: "recorded", event, reason: "it answers a round that is over" });
  if (round >= repeat.max) return fail(draft, step, `${event} asked for more than ${repeat.max} rounds`);
  waitForRound(draft, step, { event, everyMillis: repeat.everyMillis });
}

function waitForRound(draft: Draft, { name }: CompiledStep, { event, everyMillis }: { event: string; everyMillis: number }): undefined {
  const { round = 1 } = stepOf(draft.saga, name);
  stopAsking(draft, name, "do");
  changeStep(draft, name, { round: round + 1, do: { attempt: 0, tries: 0, ids: [], resend: "round" }, cause: event });
  const againAt = draft.now + everyMillis;
  setTimer(draft, stepTimer("repeat", name), againAt);
  tell(draft, { kind: "repeating", step: name, round: round + 1, againAt });
}

/** The next round is due. */
export function askNextRound(draft: Draft, step: CompiledStep): undefined {
  const payload = payloadFor(draft, step, "do");
  // Its request could be computed in the first round; should that ever change, the next interval tries again.
  if (payload === undefined) setTimer(draft, stepTimer("repeat", step.name), draft.now + (step.repeat?.everyMillis ?? 0));
  else sendFirst(draft, step, { action: "do", payload });
}
