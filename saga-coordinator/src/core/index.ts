export { type CompileOptions, compileDefinition } from "./compile/compile-definition.ts";
export type { CompiledDefinition, CompiledStep, Role } from "./compile/compiled.ts";
export { correlate } from "./correlate.ts";
export {
  type AlarmEffect,
  decide,
  type Effect,
  LIFECYCLE_EVENTS,
  type LifecycleEffect,
  type LifecycleEvent,
  type RequestEffect,
} from "./decide.ts";
export { formatDuration, parseDuration } from "./definition/durations.ts";
export { type ParsedDefinition, parseDefinition } from "./definition/parse-definition.ts";
export { definitionInvalid, formatProblem, type Problem, type ProblemCode } from "./definition/problems.ts";
export type { Compensation, Definition, Emission, KnownEvent, NoUndo, Retry, StepDefinition, Undo } from "./definition/types.ts";
export { type Action, type EffectName, effectText, parseEffect, requestId } from "./effect-id.ts";
export { EARLY_LIMIT, type Evolved, evolve } from "./evolve.ts";
export { entryOf, readEntry } from "./history.ts";
export type { Move } from "./moves.ts";
export { beginSaga, type Reaction, react, rebuild } from "./react.ts";
export {
  type EventEntry,
  type FactEntry,
  type OperatorAction,
  readState,
  type SagaState,
  type StepState,
  type StuckCause,
  stepOf,
  type Turn,
} from "./state.ts";
export { type DueTimer, dueTimers, nextDueAt, timerFacts } from "./timers.ts";
export { SAGA_TRANSITIONS, type SagaStatus, STEP_TRANSITIONS, type StepStatus } from "./transitions.ts";
export { type Remains, type SagaView, type StepView, viewSaga } from "./view/saga-view.ts";
export { type HistoryRow, type TimelineChange, type TimelineItem, timelineOf } from "./view/timeline.ts";
