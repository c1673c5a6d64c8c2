import type { TimestampMillis, Uuid } from "@troupe/kernel";
import type { Condition, Reference, Written } from "./reference.ts";

/** Event name to payload, as the generated types give it. */
export type Events = { readonly [name: string]: object };
export type NameOf<E> = keyof E & string;

/** Fields of an event: those that can't be null must be there; names and types are those of the payload. */
export type Mapping<Payload> = {
  readonly [Field in keyof Payload as null extends Payload[Field] ? never : Field]: Written<Payload[Field]>;
} & { readonly [Field in keyof Payload as null extends Payload[Field] ? Field : never]?: Written<Payload[Field]> };

/** An event to emit; which fields it takes follows from its name. */
export type WrittenEmission<E> = { [Name in NameOf<E>]: { readonly emit: Name; readonly with: Mapping<E[Name]> } }[NameOf<E>];

export type WrittenAnswer<E> = NameOf<E> | { readonly on: NameOf<E>; readonly if?: Condition };
export type WrittenAnswers<E> = WrittenAnswer<E> | readonly WrittenAnswer<E>[];

/** `250ms`, `30s`, `5m`, `2h`, `7d`, or ISO 8601 without months and years. */
export type WrittenDuration = `${number}${"ms" | "s" | "m" | "h" | "d"}` | `P${string}`;

export type WrittenRetry = {
  readonly attempts: number;
  readonly backoff?: WrittenDuration;
  readonly max?: WrittenDuration;
  readonly jitter?: number;
  readonly on?: readonly ("timeout" | "failed")[];
};

export type WrittenCompensation<E> =
  | { readonly none: string }
  | (WrittenEmission<E> & {
      readonly done: WrittenAnswers<E>;
      readonly failed?: WrittenAnswers<E>;
      readonly timeout?: WrittenDuration;
      readonly retry?: WrittenRetry;
      readonly whenUnknown?: "undo" | "wait";
    });

/** One of `command`, `human`, `wait`, `until` and `saga`, or none of them. */
type WrittenKind<E> = {
  readonly command?: WrittenEmission<E>;
  readonly human?: { readonly role: string };
  readonly wait?: WrittenDuration;
  readonly until?: Written<TimestampMillis>;
  readonly saga?: string;
  readonly with?: { readonly [field: string]: Written<unknown> };
  readonly done?: WrittenAnswers<E>;
  readonly failed?: WrittenAnswers<E>;
};

export type WrittenStep<E, Step extends string = string> = WrittenKind<E> & {
  readonly title?: string;
  readonly description?: string;
  readonly after?: readonly Step[] | { readonly any: readonly Step[] } | { readonly atLeast: number; readonly of: readonly Step[] };
  readonly if?: Condition;
  readonly choice?: string;
  readonly otherwise?: true;
  readonly forEach?: Written<readonly unknown[]>;
  readonly as?: string;
  readonly key?: Written<unknown>;
  readonly answerKey?: Written<unknown>;
  readonly timeout?: WrittenDuration;
  readonly retry?: WrittenRetry;
  readonly repeat?: { readonly while: Condition; readonly max: number; readonly every: WrittenDuration };
  readonly compensate?: WrittenCompensation<E>;
  readonly pivot?: true;
  readonly optional?: true;
  readonly fallback?: Step;
};

/** The keys of a definition file apart from `start`; `after` and `fallback` name the steps beside them. */
export type WrittenSaga<E, Step extends string> = {
  readonly saga: string;
  readonly title?: string;
  readonly description?: string;
  readonly owner?: string;
  readonly correlate?: {
    readonly [Name in NameOf<E> | "default"]?: Written<unknown> | { readonly alias: string; readonly of: Written<unknown> };
  };
  readonly aliases?: { readonly [name: string]: Written<unknown> };
  /** Guard of the start event. */
  readonly startIf?: Condition;
  readonly deadline?: WrittenDuration;
  readonly patience?: WrittenDuration;
  readonly compensation?: "reverse" | "parallel";
  readonly search?: { readonly [name: string]: Written<unknown> };
  readonly result?: { readonly [name: string]: Written<unknown> };
  readonly steps: { readonly [Name in Step]: WrittenStep<E, NoInfer<Step>> };
};

/** A schedule that emits the start event, its fields over `tick`. */
export type WrittenCron<E, Start extends NameOf<E>> = {
  readonly cron: string;
  readonly zone?: string;
  readonly missed?: "latest" | "all";
  readonly emit: Start;
  readonly with: Mapping<E[Start]>;
};

/** What the expressions of a definition may read. */
export type Words<E, Start extends NameOf<E>> = {
  /** `id` stands for text and for a UUID alike. */
  readonly saga: Reference<{ readonly id: string & Uuid; readonly startedAt: TimestampMillis; readonly tenant: string }>;
  /** Payload of the start event. */
  readonly start: Reference<E[Start]>;
  /** Payload of the event that an answer guard or a correlation stands at. */
  readonly event: <Name extends NameOf<E>>(name: Name) => Reference<E[Name]>;
  /** Result of a step that is finished by the event. */
  readonly result: <Name extends NameOf<E>>(step: string, by: Name) => Reference<E[Name]>;
};
