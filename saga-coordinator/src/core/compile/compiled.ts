import type { Ids, Payload } from "@troupe/kernel";
import type { Retry, StepKind } from "../definition/types.ts";
import type { Expression } from "../expressions.ts";
import type { CronOf } from "../schedule/schedule.ts";

/** What an event means to a step. `child`: the life of its sub-saga, told by its lifecycle events. */
export type AnswerKind = "done" | "failed" | "undone" | "undoFailed";
/** What an event may mean to the saga, if its guard holds. */
export type Role = { readonly guard?: Expression | undefined } & (
  | { readonly kind: "start" }
  | { readonly kind: AnswerKind; readonly step: string }
  | { readonly kind: "child"; readonly step: string }
);

/** A request ready to be built: an event and an expression per field. */
export type Request = { readonly event: string; readonly fields: readonly (readonly [field: string, value: Expression])[] };

export type CompiledUndo = {
  readonly request: Request;
  /** Undefined: of a sub-saga, whose own rules end its compensation. */
  readonly timeoutMillis: number | undefined;
  readonly retry: Retry;
  readonly whenUnknown: "undo" | "wait";
};

export type CompiledWait = { readonly kind: "for"; readonly millis: number } | { readonly kind: "until"; readonly at: Expression };

/** A sub-saga as its parent needs it: what starts it, which instance that start belongs to, and whether it can be undone. */
export type ChildContract = {
  readonly startEvent: string;
  readonly sagaIdOf: (start: Payload) => string | undefined;
  readonly hasPivot: boolean;
};

export type CompiledEach = {
  readonly items: Expression;
  /** Variable that holds the element. */
  readonly as: string;
  readonly key: Expression;
  readonly answerKey: Expression | undefined;
};

/** A step, or one element of a fan-out: then `name` is its place in the state, `ship/sku-1`, and `base` the step. */
export type CompiledStep = {
  readonly name: string;
  readonly base: string;
  /** Key of the element; empty for a step. */
  readonly element: string;
  readonly title: string;
  readonly description: string | undefined;
  readonly kind: StepKind;
  readonly after: readonly string[];
  /** How many of `after` are enough; undefined: all. */
  readonly atLeast: number | undefined;
  /** Of a pivot: what must have settled before, since nothing is undone after it (rule 6). */
  readonly settledFirst: readonly string[];
  /** Steps that depend on it by `after` or fallback, transitively: they are undone first (rule 3). */
  readonly dependants: ReadonlySet<string>;
  readonly guard: Expression | undefined;
  readonly choice: string | undefined;
  readonly otherwise: boolean;
  /** Also the start event of a sub-saga. */
  readonly command: Request | undefined;
  readonly human: { readonly role: string } | undefined;
  readonly wait: CompiledWait | undefined;
  readonly child: (ChildContract & { readonly saga: string }) | undefined;
  readonly each: CompiledEach | undefined;
  readonly repeat: { readonly while: Expression; readonly max: number; readonly everyMillis: number } | undefined;
  readonly retry: Retry;
  readonly timeoutMillis: number | undefined;
  /** Undefined: nothing to undo, by its own statement or because it is the pivot or beyond. */
  readonly undo: CompiledUndo | undefined;
  /** The pivot or beyond: it says neither how it is undone nor that there is nothing to undo. */
  readonly irreversible: boolean;
  readonly pivot: boolean;
  readonly optional: boolean;
  readonly fallback: string | undefined;
  /** Steps whose fallback it is. */
  readonly fallbackOf: readonly string[];
  /** Its failure for good turns the saga: neither optional, nor tolerated by joins that can do without it (rule 2). */
  readonly required: boolean;
  /** The end of the saga waits until it has settled. */
  readonly awaited: boolean;
};

/** A schedule that starts instances: the event to emit, over `tick`, and when. */
export type CompiledCron = CronOf & { readonly request: Request };

/** A definition as the fold wants it: no name is looked up and no expression parsed while folding. Immutable. */
export type CompiledDefinition = {
  readonly name: string;
  readonly title: string;
  readonly owner: string | undefined;
  readonly version: number;
  /** Identifies the content, whatever its version number. */
  readonly hash: string;
  /** `name@version#hash`, as documents carry it. */
  readonly label: string;
  readonly cron: CompiledCron | undefined;
  readonly deadlineMillis: number | undefined;
  readonly patienceMillis: number;
  /** Undos that are free are sent together. */
  readonly undoesInParallel: boolean;
  /** In file order. */
  readonly steps: readonly CompiledStep[];
  readonly stepByName: ReadonlyMap<string, CompiledStep>;
  readonly pivots: readonly CompiledStep[];
  /** Members of each choice group, in file order. */
  readonly choices: ReadonlyMap<string, readonly CompiledStep[]>;
  readonly roles: ReadonlyMap<string, readonly Role[]>;
  /** Short names of the events to subscribe to. */
  readonly wants: ReadonlySet<string>;
  readonly startsChildren: boolean;
  readonly fansOut: boolean;
  /** Short names of the events that it may emit, lifecycle events aside. */
  readonly emits: ReadonlySet<string>;
  /** Fields of an event that some expression reads: the history keeps no others. */
  readonly reads: ReadonlyMap<string, ReadonlySet<string> | "all">;
  readonly correlations: ReadonlyMap<string, Expression>;
  /** Events that carry an alias instead of the saga id. */
  readonly aliased: ReadonlyMap<string, { readonly alias: string; readonly of: Expression }>;
  readonly aliases: readonly (readonly [name: string, value: Expression])[];
  /** Field with the correlation id by event, as the schemas say it. */
  readonly correlateFields: ReadonlyMap<string, string>;
  readonly search: readonly (readonly [name: string, value: Expression])[];
  readonly result: readonly (readonly [name: string, value: Expression])[];
  readonly ids: Ids;
};
