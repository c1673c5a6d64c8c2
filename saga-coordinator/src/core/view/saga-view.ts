import type { JsonObject } from "@troupe/kernel";
import type { CompiledDefinition, CompiledStep } from "../compile/compiled.ts";
import type { StepKind } from "../definition/types.ts";
import { outstandingUndos } from "../fold/settle.ts";
import { elementKey, elementStates } from "../fold/standing.ts";
import { parseTimerName, type TimerKind } from "../fold/timer-names.ts";
import type { Versions } from "../migration/migrate.ts";
import { type SagaState, type StepState, type StuckCause, stepOf, type Turn, waivedIn } from "../state.ts";
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
  /** Steps and elements whose undo an operator waived: what they did stays, outside the guarantee. */
  readonly waived: readonly string[];
  /** Business keys, as tagged JSON, as far as they are known. */
  readonly search: JsonObject;
  /** What the definition's `result` gave at completion. */
  readonly result: JsonObject | null;
  readonly unexpectedEvents: number;
  readonly steps: readonly StepView[];
  readonly timeline: readonly TimelineItem[];
  readonly remains: Remains;
};

export type StepView = {
  readonly name: string;
  readonly title: string;
  readonly kind: StepKind;
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
  /** Of a human step. */
  readonly role: string | null;
  readonly round: number;
  /** Of a fan-out, in the order of its list. */
  readonly elements: ReadonlyArray<{ readonly key: string; readonly status: StepStatus; readonly reason: string | null }>;
  /** Of a sub-saga's step: what it started. */
  readonly child: { readonly saga: string; readonly id: string } | null;
};

/** What the instance still waits for. All three empty: it has ended, or it is stuck. */
export type Remains = {
  readonly openSteps: readonly string[];
  readonly undos: readonly string[];
  readonly timers: ReadonlyArray<{ readonly kind: TimerKind; readonly step: string | null; readonly dueAt: number }>;
};

/** `history`: all of it, in order. `versions`: for an instance that was migrated. */
export type Recording = { readonly history: readonly HistoryRow[]; readonly versions?: Versions };

/** What the read side answers for one instance. The definition must be the version that it runs now. */
export function viewSaga(definition: CompiledDefinition, state: SagaState, { history, versions }: Recording): SagaView {
  const { id, tenant, version, status, startedAt = null, endedAt = null, turn = null, stuck = [], unexpected = 0 } = state;
  const { search = {}, result = null } = state;
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
    waived: waivedIn(state),
    search,
    result,
    unexpectedEvents: unexpected,
    steps: definition.steps.map((step) => viewStep(state, step)),
    timeline: timelineOf(definition, { tenant, id, history }, versions),
    remains: remainsOf(definition, state),
  };
}

const REASONED: readonly StepStatus[] = ["failed", "unknown", "undoUsedUp"];

function viewStep(state: SagaState, compiled: CompiledStep): StepView {
  const { name, title, kind, pivot, optional, human, child, each } = compiled;
  const step = stepOf(state, name);
  const { status, openedAt = null, settledAt = null, undoneAt = null, reason = null } = step;
  return {
    name,
    title,
    kind,
    pivot,
    optional,
    status,
    openedAt,
    settledAt,
    undoneAt,
    reason: REASONED.includes(status) ? reason : null,
    sendings: step.do?.tries ?? 0,
    undoSendings: step.undo?.tries ?? 0,
    role: human?.role ?? null,
    round: step.round ?? 1,
    elements: each === undefined ? [] : elementStates(state, compiled).map(viewElement),
    child: child === undefined || step.childId === undefined ? null : { saga: child.saga, id: step.childId },
  };
}

function viewElement([name, { status, reason }]: readonly [string, StepState]): StepView["elements"][number] {
  return { key: elementKey(name), status, reason: REASONED.includes(status) ? (reason ?? null) : null };
}

function remainsOf(definition: CompiledDefinition, state: SagaState): Remains {
  return {
    openSteps: definition.steps
      .map(({ name }) => name)
      .filter((name) => state.status === "running" && stepOf(state, name).status === "open"),
    undos: outstandingUndos(definition, state),
    timers: allTimers(state).flatMap(({ name, dueAt }) => {
      const timer = parseTimerName(name);
      return timer === undefined ? [] : [{ kind: timer.kind, step: timer.step === "" ? null : timer.step, dueAt }];
    }),
  };
}
