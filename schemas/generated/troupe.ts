// Generated from schemas/troupe/*.avsc by `node packages/codec/src/generate/main.ts`; edits are lost.
import type { TimestampMillis } from "@troupe/kernel";

/** A saga learned a value by which events may name it instead of its id. The first claim wins. */
export type AliasClaimed = {
  /** The value, as text. */
  readonly value: string;
  /** Name of the alias in the definition. */
  readonly alias: string;
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
};

/** A claim lost: another saga has the value already. */
export type AliasRefused = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Name of the alias in the definition. */
  readonly alias: string;
  /** The value, as text. */
  readonly value: string;
  /** Id of the saga that has it. */
  readonly owner: string;
};

/** The saga that claimed a value has ended. It keeps the value for late events as long as a marker lasts, then it is free. */
export type AliasReleased = {
  /** The value, as text. */
  readonly value: string;
  /** Name of the alias in the definition. */
  readonly alias: string;
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
};

/** An event that named its saga by an alias, on its way to that saga. */
export type EventForwarded = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Short name of the event. */
  readonly event: string;
  /** Its payload as tagged JSON. */
  readonly payload: string;
  /** Identity of the fact, as inboxes keep it. */
  readonly identity: string;
  /** Its `ce_effect`. */
  readonly effect: string | null;
  /** Its `ce_causationid`. */
  readonly causationId: string | null;
  /** Its `ce_authrole`. */
  readonly role: string | null;
};

/** An operator asks something of a saga. What makes no sense where the saga stands is refused, which its history says. */
export type SagaActRequested = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** What is asked for, e.g. retry; docs/operator-acts.md lists them. */
  readonly act: string;
  /** Step that it is about; null when it is the saga as a whole. */
  readonly step: string | null;
  /** Key of the one element of a fan-out that it is about. */
  readonly element: string | null;
  /** Short name of the event that it stands for. */
  readonly event: string | null;
  /** What it brings, as tagged JSON. */
  readonly payload: string | null;
  /** Who asks. */
  readonly by: string;
  /** The role in which he may. */
  readonly role: string;
  /** Why, as a sentence. */
  readonly reason: string;
};

/** Somebody asks a saga to turn back. Refused once the pivot has passed. */
export type SagaCancelRequested = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Who asks. */
  readonly by: string;
  /** Why, as a sentence. */
  readonly reason: string;
};

/** Everything that was done is undone, but for what an operator waived. Terminal. */
export type SagaCompensated = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Version of the definition, from 1. */
  readonly version: number;
  /** Steps, and elements as step/key, whose undo an operator waived: they stand outside the guarantee. */
  readonly waived: readonly string[];
  /** When the coordinator decided it. */
  readonly at: TimestampMillis;
};

/** The saga turned back: what was done is now undone. */
export type SagaCompensating = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Version of the definition, from 1. */
  readonly version: number;
  /** Step that is the cause; null when it was the saga's deadline or an operator. */
  readonly step: string | null;
  /** Why, as a sentence. */
  readonly cause: string;
  /** When the coordinator decided it. */
  readonly at: TimestampMillis;
};

/** Every step that matters is done. Terminal. */
export type SagaCompleted = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Version of the definition, from 1. */
  readonly version: number;
  /** What the definition's `result` gave, as JSON; null when it names none. */
  readonly result: string | null;
  /** When the coordinator decided it. */
  readonly at: TimestampMillis;
};

/** No saga comes of a start: its guard is false, or it was cancelled or given up before it started. */
export type SagaDeclined = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Version of the definition, from 1. */
  readonly version: number;
  /** Why, as a sentence. */
  readonly cause: string;
  /** When the coordinator decided it. */
  readonly at: TimestampMillis;
};

/** A saga instance began. */
export type SagaStarted = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Version of the definition, from 1. */
  readonly version: number;
  /** When the coordinator decided it. */
  readonly at: TimestampMillis;
};

/** The saga can't go on by itself; somebody has to act. */
export type SagaStuck = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Version of the definition, from 1. */
  readonly version: number;
  /** Step at which it is stuck; null when it is the saga as a whole. */
  readonly step: string | null;
  /** Why, as a sentence. */
  readonly cause: string;
  /** What an operator can do, e.g. retry, skip. */
  readonly actions: readonly string[];
  /** When the coordinator decided it. */
  readonly at: TimestampMillis;
};

/** A saga asked to start or to undo a sub-saga that it did not start: the instance is another's, and nothing came of it. */
export type SagaTaken = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Version of the definition, from 1. */
  readonly version: number;
  /** Why, as a sentence. */
  readonly cause: string;
  /** When the coordinator decided it. */
  readonly at: TimestampMillis;
};

/** A saga undoes what its sub-saga did: the sub-saga compensates, also when it has completed. */
export type SagaUndoRequested = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Effect of the step that started the sub-saga, as `ce_effect` carries it. */
  readonly effect: string;
};

/** A stuck saga goes on. */
export type SagaUnstuck = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Version of the definition, from 1. */
  readonly version: number;
  /** When the coordinator decided it. */
  readonly at: TimestampMillis;
};

/** A step succeeded. */
export type StepDone = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Version of the definition, from 1. */
  readonly version: number;
  /** Name of the step in the definition. */
  readonly step: string;
  /** When the coordinator decided it. */
  readonly at: TimestampMillis;
};

/** A step failed. */
export type StepFailed = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Version of the definition, from 1. */
  readonly version: number;
  /** Name of the step in the definition. */
  readonly step: string;
  /** What failed: the event's name and what it says. */
  readonly reason: string;
  /** When the coordinator decided it. */
  readonly at: TimestampMillis;
};

/** A step began to wait for its outcome. */
export type StepOpened = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Version of the definition, from 1. */
  readonly version: number;
  /** Name of the step in the definition. */
  readonly step: string;
  /** When the coordinator decided it. */
  readonly at: TimestampMillis;
};

/** A step is not to happen: its guard is false, or another way was taken. */
export type StepSkipped = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Version of the definition, from 1. */
  readonly version: number;
  /** Name of the step. */
  readonly step: string;
  /** Why, as a sentence. */
  readonly reason: string;
  /** When the coordinator decided it. */
  readonly at: TimestampMillis;
};

/** No outcome of a step came in time. */
export type StepTimedOut = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Version of the definition, from 1. */
  readonly version: number;
  /** Name of the step in the definition. */
  readonly step: string;
  /** When the coordinator decided it. */
  readonly at: TimestampMillis;
};

/** The compensation of a step was asked for. */
export type StepUndoing = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Version of the definition, from 1. */
  readonly version: number;
  /** Name of the step in the definition. */
  readonly step: string;
  /** When the coordinator decided it. */
  readonly at: TimestampMillis;
};

/** The compensation of a step is confirmed. */
export type StepUndone = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Version of the definition, from 1. */
  readonly version: number;
  /** Name of the step in the definition. */
  readonly step: string;
  /** When the coordinator decided it. */
  readonly at: TimestampMillis;
};

/** An event came that the saga has no use for where it stands. */
export type UnexpectedEvent = {
  /** Correlation id of the saga instance. */
  readonly sagaId: string;
  /** Name of the saga definition. */
  readonly definition: string;
  /** Version of the definition, from 1. */
  readonly version: number;
  /** Short name of the event. */
  readonly event: string;
  /** Why it does not fit, as a sentence. */
  readonly reason: string;
  /** When the coordinator decided it. */
  readonly at: TimestampMillis;
};
