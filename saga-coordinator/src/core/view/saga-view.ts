import type { CompiledDefinition, CompiledStep } from "../compile/compiled.ts";
import { outstandingUndos } from "../fold/settle.ts";
import { parseTimerName, type TimerKind } from "../fold/timer-names.ts";
import { type SagaState, type StepState, type StuckCause, stepOf, type Turn } from "../state.ts";
import { allTimers } from "../timers.ts";
import type { SagaStatus, StepStatus } from "../transitions.ts";
import { type HistoryRow, type TimelineItem, timelineOf } from "./timeline.ts";

/** One instance for people. Plain JSON; times in milliseconds since the epoch, null for what has not happened. */
export type SagaView = {
  readonly id: string;
  readonly tenant: string;
  readonly definition: string;
  readonly title: string;
  readonly version: number;
  readonly status: SagaStatus;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Why it turned back. */
  readonly turn: Turn | null;
  readonly stuck: readonly StuckCause[];
  readonly unexpectedEvents: number;
  readonly steps: readonly StepView[];
  readonly timeline: readonly TimelineItem[];
  readonly remains: Remains;
};

export type StepView = {
  readonly name: string;
  readonly title: string;
  readonly kind: "observed" | "commanded";
  readonly pivot: boolean;
  readonly optional: boolean;
  readonly status: StepStatus;
  readonly openedAt: number | null;
  readonly settledAt: number | null;
  readonly undoneAt: number | null;
  /** Why it failed, is unknown, or can't be undone. */
  readonly reason: string | null;
  /** How often its command was sent; 0 for an observed step. */
  readonly sendings: number;
  readonly undoSendings: number;
};

/** What the instance still waits for. All three empty: it has ended, or it is stuck. */
export type Remains = {
  readonly openSteps: readonly string[];
  readonly undos: readonly string[];
  readonly timers: ReadonlyArray<{ readonly kind: TimerKind; readonly step: string | null; readonly dueAt: number }>;
};

/** What the read side answers for one instance. `history`: all of it, in order. The definition must be the pinned version. */
export function viewSaga(definition: CompiledDefinition, state: SagaState, history: readonly HistoryRow[]): SagaView {
  const { id, tenant, version, status, startedAt = null, endedAt = null, turn = null, stuck = [], unexpected = 0 } = state;
  return {
    id,
    tenant,
    definition: definition.name,
    title: definition.title,
    version,
    status,
    startedAt,
    endedAt,
    turn,
    stuck,
    unexpectedEvents: unexpected,
    steps: definition.steps.map((step) => viewStep(step, stepOf(state, step.name))),
    timeline: timelineOf(definition, { tenant, id, history }),
    remains: remainsOf(definition, state),
  };
}

const REASONED: readonly StepStatus[] = ["failed", "unknown", "undoUsedUp"];

function viewStep({ name, title, command, pivot, optional }: CompiledStep, step: StepState): StepView {
  const { status, openedAt = null, settledAt = null, undoneAt = null, reason = null } = step;
  return {
    name,
    title,
    kind: command === undefined ? "observed" : "commanded",
    pivot,
    optional,
    status,
    openedAt,
    settledAt,
    undoneAt,
    reason: REASONED.includes(status) ? reason : null,
    sendings: step.do?.tries ?? 0,
    undoSendings: step.undo?.tries ?? 0,
  };
}

function remainsOf(definition: CompiledDefinition, state: SagaState): Remains {
  const turned = state.status === "compensating" || state.status === "compensated";
  return {
    openSteps: definition.steps
      .map(({ name }) => name)
      .filter((name) => state.status === "running" && stepOf(state, name).status === "open"),
    undos: turned ? outstandingUndos(definition, state) : [],
    timers: allTimers(state).flatMap(({ name, dueAt }) => {
      const timer = parseTimerName(name);
      return timer === undefined ? [] : [{ kind: timer.kind, step: timer.step === "" ? null : timer.step, dueAt }];
    }),
  };
}
