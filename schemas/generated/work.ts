// Generated from schemas/work/*.avsc by `node packages/codec/src/generate/main.ts`; edits are lost.
import type { TimestampMillis, Uuid } from "@troupe/kernel";

/** A piece of load for the bench. Starts the saga. */
export type LoadStarted = {
  /** The load, and the saga's correlation id. */
  readonly loadId: Uuid;
  /** Which way the switch goes. */
  readonly express: boolean;
  /** When. */
  readonly startedAt: TimestampMillis;
  /** Ballast, so that a bench can choose the size of payloads. */
  readonly pad: string | null;
};

/** The work of a step is done. */
export type WorkDone = {
  /** The load, and the saga's correlation id. */
  readonly loadId: Uuid;
  /** Name of the step that it is about. */
  readonly step: string;
  /** Ballast, so that a bench can choose the size of payloads. */
  readonly pad: string | null;
};

/** The work of a step was refused; nothing was done. */
export type WorkFailed = {
  /** The load, and the saga's correlation id. */
  readonly loadId: Uuid;
  /** Name of the step that it is about. */
  readonly step: string;
};

/** The saga asks for the work of one step. */
export type WorkRequested = {
  /** The load, and the saga's correlation id. */
  readonly loadId: Uuid;
  /** Name of the step that it is about. */
  readonly step: string;
  /** Ballast, so that a bench can choose the size of payloads. */
  readonly pad: string | null;
};

/** The saga asks to undo the work of one step. */
export type WorkUndoRequested = {
  /** The load, and the saga's correlation id. */
  readonly loadId: Uuid;
  /** Name of the step that it is about. */
  readonly step: string;
  /** Ballast, so that a bench can choose the size of payloads. */
  readonly pad: string | null;
};

/** The work of a step is undone, or was never done. */
export type WorkUndone = {
  /** The load, and the saga's correlation id. */
  readonly loadId: Uuid;
  /** Name of the step that it is about. */
  readonly step: string;
};
