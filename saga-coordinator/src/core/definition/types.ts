import type { EventDescription } from "@troupe/kernel";

/** CEL as written in the definition. What it may read depends on where it stands: see `Scope` in expressions.ts. */
export type Cel = string;
/** Name to CEL. */
export type CelMap = { readonly [name: string]: Cel };

/** A checked saga definition as plain data: what a YAML or JSON file says, defaults filled in, durations in milliseconds. */
export type Definition = {
  readonly saga: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
  /** Team that is alarmed. */
  readonly owner: string | undefined;
  /** Event name (or `default`) to the CEL expression that gives the saga id. Events in `aliased` are not in here. */
  readonly correlate: CelMap;
  /** Events that carry another key than the saga id. */
  readonly aliased: { readonly [event: string]: AliasedEvent };
  /** Alias name to the value that claims it, over saga, start and steps: claimed when it is first known. */
  readonly aliases: CelMap;
  /** Events that start an instance. Of a cron start: the event that it emits. */
  readonly start: readonly Answer[];
  /** Present when the start is a schedule. */
  readonly cron: Cron | undefined;
  /** From the start of the instance, never pausing. */
  readonly deadlineMillis: number | undefined;
  /** How long an early event waits for its start. */
  readonly patienceMillis: number;
  /** One undo at a time, or all that are free together. */
  readonly compensation: "reverse" | "parallel";
  /** Business keys, over saga, start and steps; each appears when first computable and keeps its last value. */
  readonly search: CelMap;
  /** What a caller that waits gets, over saga, start and steps; evaluated once, at completion. */
  readonly result: CelMap;
  /** In the order of the file, which decides where nothing else does. */
  readonly steps: readonly StepDefinition[];
};

/** `PaymentSettled: { alias: paymentId, of: event.paymentId }`: `of` reads the event alone. */
export type AliasedEvent = { readonly alias: string; readonly of: Cel };

/** An event, perhaps only when a guard over it holds. `if` reads event, saga, start and steps. */
export type Answer = { readonly on: string; readonly if: Cel | undefined };

/** `with` reads `tick`: the scheduled instant. `zone`: an IANA name, UTC when not given. */
export type Cron = Emission & { readonly cron: string; readonly zone: string; readonly missed: "latest" | "all" };

/** At most one of `command`, `human`, `wait` and `child` is there; without any of them the step is observed. */
export type StepDefinition = {
  readonly name: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
  /** What must be settled before it opens; empty: it opens with the saga (a fallback: with its primary's failure). */
  readonly after: readonly string[];
  /** How many of `after` are enough; undefined: all of them. */
  readonly atLeast: number | undefined;
  /** Guard, read when the step would open, over saga, start and steps; false means skipped. */
  readonly if: Cel | undefined;
  /** Group of steps with the same `after` of which exactly one runs. */
  readonly choice: string | undefined;
  readonly otherwise: boolean;
  /** Present on a commanded step; an observed one is only waited for. */
  readonly command: Emission | undefined;
  readonly human: { readonly role: string } | undefined;
  readonly wait: Wait | undefined;
  /** Sub-saga: `with` builds the start event of the saga named. */
  readonly child: { readonly saga: string; readonly with: CelMap } | undefined;
  /** Fan-out: one effect of the step per element. Its variable is in scope of `command`, `child` and `compensate`. */
  readonly each: ForEach | undefined;
  /** Empty on a wait and on a sub-saga. */
  readonly done: readonly Answer[];
  readonly failed: readonly Answer[];
  readonly timeoutMillis: number | undefined;
  readonly retry: Retry;
  readonly repeat: Repeat | undefined;
  readonly compensate: Compensation | undefined;
  readonly pivot: boolean;
  readonly optional: boolean;
  /** Name of the step that opens instead of giving up. */
  readonly fallback: string | undefined;
};

/** `until` gives an instant: a timestamp, or its milliseconds since the epoch. */
export type Wait = { readonly kind: "for"; readonly millis: number } | { readonly kind: "until"; readonly at: Cel };

/**
 * `items`, over saga, start and steps, is a list. `key` reads the variable `as` (and saga, start, steps) and gives text
 * or a whole number; `answerKey` reads `event`; undefined: answers name their element by `ce_effect`.
 */
export type ForEach = { readonly items: Cel; readonly as: string; readonly key: Cel; readonly answerKey: Cel | undefined };

/** `while` reads the `event` that answered (and saga, start, steps); asked again every `everyMillis`, at most `max` rounds. */
export type Repeat = { readonly while: Cel; readonly max: number; readonly everyMillis: number };

export type StepKind = "observed" | "commanded" | "human" | "wait" | "saga";

export function kindOf({ command, human, wait, child }: Pick<StepDefinition, "command" | "human" | "wait" | "child">): StepKind {
  if (command !== undefined) return "commanded";
  if (human !== undefined) return "human";
  if (wait !== undefined) return "wait";
  return child === undefined ? "observed" : "saga";
}

/** Event names of answers, each once. */
export function eventsOf(answers: readonly Answer[]): readonly string[] {
  return [...new Set(answers.map(({ on }) => on))];
}

/** An event to emit, its fields as CEL text. */
export type Emission = { readonly emit: string; readonly with: CelMap };

/** `attempts` counts every sending, the first included. `jitter`: by which part, 0 to 1, a wait may be shorter than its backoff. */
export type Retry = {
  readonly attempts: number;
  readonly backoffMillis: number;
  readonly maxMillis: number;
  readonly jitter: number;
  readonly on: readonly RetryCause[];
};
export type RetryCause = "timeout" | "failed";

export type Undo = Emission & {
  readonly kind: "undo";
  readonly done: readonly Answer[];
  readonly failed: readonly Answer[];
  readonly timeoutMillis: number;
  readonly retry: Retry;
  /** Rule 4: whether an unknown step is undone at once, or waited for (until the timeout, then stuck). */
  readonly whenUnknown: "undo" | "wait";
};
/** Stated on purpose: the step has no effect that could be undone. */
export type NoUndo = { readonly kind: "none"; readonly reason: string };
export type Compensation = Undo | NoUndo;

/**
 * An event as the checker knows it. What it requires and the types of its fields are optional because not every source
 * of descriptions can tell: without the first only key and correlation are demanded of an emitted event, without the
 * second expressions are not checked against it.
 */
export type KnownEvent = Omit<EventDescription, "requiredFields" | "types"> & Partial<Pick<EventDescription, "requiredFields" | "types">>;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const JITTER = 0.2;

export const DEFAULTS = {
  patienceMillis: 60 * MINUTE,
  /** A command is sent once unless the definition says otherwise. */
  retry: { attempts: 1, backoffMillis: SECOND, maxMillis: 5 * MINUTE, jitter: JITTER, on: ["timeout", "failed"] },
  undoTimeoutMillis: MINUTE,
  undoRetry: { attempts: 10, backoffMillis: SECOND, maxMillis: 5 * MINUTE, jitter: JITTER, on: ["timeout", "failed"] },
} as const satisfies { patienceMillis: number; retry: Retry; undoTimeoutMillis: number; undoRetry: Retry };
