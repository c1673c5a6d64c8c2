export { type AliasEffect, type AliasFact, type AliasState, reactAlias, UNKNOWN_ALIAS, type WaitingEvent } from "./alias/alias.ts";
export { aliasOf } from "./alias/alias-value.ts";
export { childContract } from "./compile/child-contract.ts";
export { type CompileOptions, compileDefinition } from "./compile/compile-definition.ts";
export type { ChildContract, CompiledCron, CompiledDefinition, CompiledStep, Role } from "./compile/compiled.ts";
export { CHILD_EVENTS } from "./compile/roles.ts";
export { correlate } from "./correlate.ts";
export {
  type AlarmEffect,
  type ControlEffect,
  decide,
  type Effect,
  LIFECYCLE_EVENTS,
  type LifecycleEffect,
  type LifecycleEvent,
  type RequestEffect,
} from "./decide.ts";
export { DEFINITION_BOUNDS } from "./definition/bounds.ts";
export { definitionFrom, type ParsedDefinition, type ParseOptions } from "./definition/definition-from.ts";
export { formatDuration, parseDuration } from "./definition/durations.ts";
export { type FieldsOfEvent, fieldsOfEvents } from "./definition/fields-of-events.ts";
export { definitionSchema } from "./definition/json-schema.ts";
export { definitionInvalid, formatProblem, PROBLEM_CODES, type Problem, type ProblemCode, unknownName } from "./definition/problems.ts";
export type { DefinitionTree, Placed, TextRun, TreeEntry, TreeNode, TreeScalar } from "./definition/read/tree.ts";
export { repeatedSagas, type SagaInFile } from "./definition/repeated-sagas.ts";
export {
  type AliasedEvent,
  type Answer,
  type Cel,
  type CelMap,
  type Compensation,
  type Cron,
  type Definition,
  type Emission,
  eventsOf,
  type ForEach,
  type KnownEvent,
  kindOf,
  type NoUndo,
  type Repeat,
  type Retry,
  type StepDefinition,
  type StepKind,
  type Undo,
  type Wait,
} from "./definition/types.ts";
export { type Flow, type FlowEdge, type FlowNode, flowOf, mermaidOf, type StepBox } from "./diagram/index.ts";
export { type Action, type EffectName, effectText, parseEffect, requestId } from "./effect-id.ts";
export { type Evolved, evolve } from "./evolve.ts";
export { doneEvents, startEvents } from "./fold/acts/act-data.ts";
export { EARLY_LIMIT } from "./fold/facts/starting.ts";
export { ELEMENT_LIMIT } from "./fold/forward/elements.ts";
export { COORDINATOR_SOURCE, entryOf, fieldsFromJson, readEntry } from "./history.ts";
export { MIGRATE, readMigration } from "./migration/act.ts";
export { type Migration, type MigrationPlan, planMigration, type Versions } from "./migration/migrate.ts";
export type { Missing } from "./migration/missing.ts";
export type { Place, StepPlan } from "./migration/places.ts";
export { type MigrationPreview, previewMigration } from "./migration/preview.ts";
export type { Move } from "./moves.ts";
export {
  type ChildSources,
  type CutBound,
  childContractsOf,
  DEFAULT_BOUNDS,
  type Proof,
  type ProofBounds,
  type ProofOptions,
  prove,
  type StoryItem,
} from "./prove/index.ts";
export { type SampleOf, sampleFields, sampleValue } from "./prove/world/sample-value.ts";
export { type Reacting, type Reaction, react, rebuild } from "./react.ts";
export { type Difference, type Replayed, type Replaying, replay } from "./replay/index.ts";
export { beginSaga, type Recorded, refold } from "./replay/refold.ts";
export { type CronOf, reactSchedule, type ScheduleFact, type ScheduleState, TICKS_LIMIT } from "./schedule/schedule.ts";
export {
  type EventEntry,
  type FactEntry,
  isOperatorAction,
  OPERATOR_ACTIONS,
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
