import type { EventDescription } from "@troupe/kernel";

/** A checked saga definition as plain data: what a YAML or JSON file says, defaults filled in, durations in milliseconds. */
export type Definition = {
  readonly saga: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
  /** Team that is alarmed. */
  readonly owner: string | undefined;
  /** Event name (or `default`) to the CEL expression that gives the saga id. */
  readonly correlate: { readonly [event: string]: string };
  /** Events that start an instance. */
  readonly start: readonly string[];
  /** From the start of the instance, never pausing. */
  readonly deadlineMillis: number | undefined;
  /** How long an early event waits for its start. */
  readonly patienceMillis: number;
  /** In the order of the file, which decides where nothing else does. */
  readonly steps: readonly StepDefinition[];
};

export type StepDefinition = {
  readonly name: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
  /** All of these must be settled; empty: opens with the saga. */
  readonly after: readonly string[];
  /** Present on a commanded step; an observed one is only waited for. */
  readonly command: Emission | undefined;
  readonly done: readonly string[];
  readonly failed: readonly string[];
  readonly timeoutMillis: number | undefined;
  readonly retry: Retry;
  readonly compensate: Compensation | undefined;
  readonly pivot: boolean;
  readonly optional: boolean;
};

/** An event to emit, its fields as CEL text. */
export type Emission = { readonly emit: string; readonly with: { readonly [field: string]: string } };

/** `attempts` counts every sending, the first included. */
export type Retry = {
  readonly attempts: number;
  readonly backoffMillis: number;
  readonly maxMillis: number;
  readonly on: readonly RetryCause[];
};
export type RetryCause = "timeout" | "failed";

export type Undo = Emission & {
  readonly kind: "undo";
  readonly done: readonly string[];
  readonly failed: readonly string[];
  readonly timeoutMillis: number;
  readonly retry: Retry;
};
/** Stated on purpose: the step has no effect that could be undone. */
export type NoUndo = { readonly kind: "none"; readonly reason: string };
export type Compensation = Undo | NoUndo;

/**
 * An event as the checker knows it. `requiredFields` (those without a default) is optional because not every
 * source of descriptions can tell; without it only key and correlation are demanded of an emitted event.
 */
export type KnownEvent = EventDescription & { readonly requiredFields?: readonly string[] };

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export const DEFAULTS = {
  patienceMillis: 60 * MINUTE,
  /** A command is sent once unless the definition says otherwise. */
  retry: { attempts: 1, backoffMillis: SECOND, maxMillis: 5 * MINUTE, on: ["timeout", "failed"] },
  undoTimeoutMillis: MINUTE,
  undoRetry: { attempts: 10, backoffMillis: SECOND, maxMillis: 5 * MINUTE, on: ["timeout", "failed"] },
} as const satisfies { patienceMillis: number; retry: Retry; undoTimeoutMillis: number; undoRetry: Retry };
