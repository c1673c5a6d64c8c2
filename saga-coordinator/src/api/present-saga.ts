import type { SagaView as CoreView, SagaState } from "../core/index.ts";
import type { SagaSummary, SagaView } from "./contract.ts";

const instant = (millis: number): string => new Date(millis).toISOString();
const instantOrNull = (millis: number | null): string | null => (millis === null ? null : instant(millis));

/** A saga as one line of a list. `updatedAt`: milliseconds since the epoch. */
export function summaryOf(state: SagaState, updatedAt: number): SagaSummary {
  const { definition, version, id, status, startedAt = null, stuck = [] } = state;
  return {
    definition,
    version,
    id,
    status,
    stuck: stuck.length > 0,
    startedAt: instantOrNull(startedAt),
    updatedAt: instant(updatedAt),
    currentSteps: currentSteps(state),
  };
}

/** The core's view in the form of the contract: instants as text, the rest as it is. */
export function sagaOf(view: CoreView, summary: SagaSummary): SagaView {
  const { title, endedAt, turn, stuck, waived, search, result, unexpectedEvents, steps, timeline, remains } = view;
  return {
    ...summary,
    title,
    endedAt: instantOrNull(endedAt),
    turn: turn === null ? null : { ...turn, at: instant(turn.at) },
    stuckBy: stuck,
    waived,
    search,
    result,
    unexpectedEvents,
    steps: steps.map((step) => ({
      ...step,
      openedAt: instantOrNull(step.openedAt),
      settledAt: instantOrNull(step.settledAt),
      undoneAt: instantOrNull(step.undoneAt),
    })),
    timeline: timeline.map((item) => ({ ...item, at: instant(item.at) })),
    remains: { ...remains, timers: remains.timers.map((timer) => ({ ...timer, dueAt: instant(timer.dueAt) })) },
  };
}

/** In the order in which they were last decided about. */
function currentSteps({ steps }: SagaState): readonly string[] {
  return Object.entries(steps)
    .filter(([, { status }]) => status === "open" || status === "undoing")
    .sort(([, a], [, b]) => a.order - b.order)
    .map(([name]) => name);
}
