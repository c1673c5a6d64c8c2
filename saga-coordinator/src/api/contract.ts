import { type Json, type JsonSchema, SEARCH_VALUE_LIMIT } from "@troupe/kernel";
import { type Static, type TSchema, Type } from "typebox";

/** The HTTP contract of the coordinator: these schemas validate requests, describe answers in OpenAPI and give the types. */

/** Any JSON, since payloads are as wide as their schemas. */
const ANY_JSON = Type.Unsafe<Json>({});

/** What a saga can be searched by. `stuck` stands for running or compensating sagas that wait for an operator. */
export const SAGA_STATUSES = ["awaiting", "running", "compensating", "stuck", "completed", "compensated", "unmatched", "declined"] as const;
/** Why an answer is not there: `null`, never an absent field, so that a reader can tell "nothing" from "not told". */
const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const time = (description: string) => Type.String({ format: "date-time", description });
const DEFINITION_NAME = Type.String({ pattern: "^[a-z][A-Za-z0-9-]*$", description: "Name of the saga definition." });
const SAGA_ID = Type.String({ minLength: 1, description: "Id of the saga: its correlation id." });
const limit = (what: string) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50, description: `Most ${what} in one answer.` }));

export const SAGA_SUMMARY = Type.Object({
  definition: DEFINITION_NAME,
  version: Type.Integer({ description: "Version of the definition that this saga runs to its end." }),
  id: SAGA_ID,
  status: Type.String({ description: "awaiting, running, compensating, completed, compensated, unmatched or declined." }),
  stuck: Type.Boolean({ description: "It can't go on by itself." }),
  startedAt: orNull(time("When its start event came; null before that.")),
  updatedAt: time("When it last changed."),
  currentSteps: Type.Array(Type.String(), { description: "Steps that something is expected of now." }),
});

const STEP = Type.Object({
  name: Type.String(),
  title: Type.String(),
  kind: Type.String({ description: "observed, commanded, human, wait or saga." }),
  pivot: Type.Boolean({ description: "After it nothing is undone." }),
  optional: Type.Boolean(),
  status: Type.String({ description: "waiting, open, done, failed, unknown, skipped, pruned, undoing, undone, undoUsedUp or waived." }),
  openedAt: orNull(time("When it opened.")),
  settledAt: orNull(time("When it became done, failed, unknown or skipped.")),
  undoneAt: orNull(time("When its compensation was confirmed.")),
  reason: orNull(Type.String({ description: "Why it failed, is unknown, or can't be undone." })),
  sendings: Type.Integer({ description: "How often its command was sent; 0 for an observed step." }),
  undoSendings: Type.Integer({ description: "How often its compensation was asked for." }),
  role: orNull(Type.String({ description: "Of a human step: the role that answers it." })),
  round: Type.Integer({ description: "Round of a repeated step, from 1." }),
  elements: Type.Array(Type.Object({ key: Type.String(), status: Type.String(), reason: orNull(Type.String()) }), {
    description: "Of a fan-out: where each element stands.",
  }),
  child: orNull(
    Type.Object({ saga: Type.String(), id: Type.String() }, { description: "Of a sub-saga's step: the saga that it started." }),
  ),
});

const CHANGE = Type.Object({
  kind: Type.String({ description: "E.g. opened, done, failed, turned, undone, completed, stuck." }),
  step: orNull(Type.String()),
  text: Type.String({ description: "The change in words." }),
});

const ACT = Type.Object(
  {
    name: Type.String(),
    ...{ by: orNull(Type.String()), role: orNull(Type.String()), reason: orNull(Type.String()) },
    ...{ step: orNull(Type.String()), element: orNull(Type.String()) },
  },
  { description: "Of an act of an operator: who asked for it, in which role, why." },
);

const TIMELINE_ITEM = Type.Object({
  order: Type.Integer({ description: "Place in the history, from 1." }),
  at: time("When it was folded."),
  cause: Type.String({ description: "The fact: an event that arrived, a timer that was due, an act of an operator." }),
  changes: Type.Array(CHANGE, { description: "What followed from it, in order." }),
  act: orNull(ACT),
});

const REMAINS = Type.Object({
  openSteps: Type.Array(Type.String(), { description: "Steps whose answer is awaited." }),
  undos: Type.Array(Type.String(), { description: "Steps that have still to be undone." }),
  timers: Type.Array(Type.Object({ kind: Type.String(), step: orNull(Type.String()), dueAt: time("When it fires.") })),
});

const TURN = Type.Object({ step: orNull(Type.String()), cause: Type.String(), at: time("When it turned back.") });
const STUCK_CAUSE = Type.Object({
  step: orNull(Type.String()),
  cause: Type.String(),
  actions: Type.Array(Type.String(), { description: "What an operator can do." }),
});

export const SAGA_VIEW = Type.Object({
  ...SAGA_SUMMARY.properties,
  title: Type.String(),
  endedAt: orNull(time("When it was completed or compensated.")),
  turn: orNull(TURN),
  stuckBy: Type.Array(STUCK_CAUSE, { description: "Why it can't go on by itself; empty when it can." }),
  waived: Type.Array(Type.String(), {
    description: "Steps, and elements as step/key, whose undo an operator waived: outside the guarantee.",
  }),
  search: Type.Record(Type.String(), ANY_JSON, { description: "Business keys, as far as they are known." }),
  result: orNull(Type.Record(Type.String(), ANY_JSON, { description: "What the definition's result gave at completion." })),
  unexpectedEvents: Type.Integer({ description: "Events of this saga that fitted nothing." }),
  steps: Type.Array(STEP, { description: "All steps, in the order of the definition." }),
  timeline: Type.Array(TIMELINE_ITEM, { description: "Every fact folded so far, oldest first." }),
  remains: REMAINS,
});

export const SAGA_PAGE = Type.Object({
  sagas: Type.Array(SAGA_SUMMARY, { description: "Latest change first." }),
  cursor: orNull(Type.String({ description: "Give it as `cursor` to read on; null at the end." })),
});

export const SAGAS_QUERY = Type.Object(
  {
    status: Type.Optional(Type.Enum([...SAGA_STATUSES], { description: "Only sagas in this status." })),
    definition: Type.Optional(DEFINITION_NAME),
    limit: limit("sagas"),
    cursor: Type.Optional(Type.String({ minLength: 1, description: "From the answer before." })),
  },
  {
    additionalProperties: false,
    // `search.NAME`: any key that a definition declares; which those are is known when the request comes.
    patternProperties: { "^search\\.": { type: "string", maxLength: SEARCH_VALUE_LIMIT } },
  },
);

export const SAGA_PARAMS = Type.Object({ definition: DEFINITION_NAME, id: SAGA_ID });

export const ANSWER_PARAMS = Type.Object({
  ...SAGA_PARAMS.properties,
  step: Type.String({ minLength: 1, description: "Name of the step." }),
});
export const ANSWER_BODY = Type.Object(
  {
    event: Type.String({ minLength: 1, description: "One of the events that the step is done or failed by." }),
    payload: Type.Record(Type.String(), ANY_JSON, { description: "Its fields; the saga id is filled in." }),
  },
  { additionalProperties: false },
);
export const ACCEPTED = Type.Object({ id: Type.String({ description: "Id of the message, the same for a repeated request." }) });
export const COMMAND_HEADERS = Type.Object({
  "idempotency-key": Type.Optional(
    Type.String({ minLength: 1, maxLength: 255, description: "Repeats of the request carry the same key and do nothing twice." }),
  ),
  "x-troupe-caller": Type.Optional(Type.String({ maxLength: 255, description: "Who calls. Believed, not authenticated." })),
  "x-troupe-roles": Type.Optional(
    Type.String({ maxLength: 1000, description: "Roles of the caller, with commas. Believed, not authenticated." }),
  ),
});

export const DEAD_LETTER = Type.Object({
  id: Type.String(),
  group: Type.String({ description: "Consumer group that could not take the record." }),
  topic: Type.String(),
  partition: Type.Integer(),
  offset: Type.Integer(),
  timestamp: time("Time of the record."),
  key: orNull(Type.String()),
  value: orNull(Type.String({ contentEncoding: "base64", description: "The bytes as they came." })),
  headers: Type.Record(Type.String(), Type.String()),
  code: Type.String({ description: "Error code, listed in docs/errors.md." }),
  reason: Type.String(),
  at: time("When it was put away."),
});
export const DEAD_LETTERS = Type.Object({ deadLetters: Type.Array(DEAD_LETTER, { description: "Latest first." }) });
export const DEAD_LETTERS_QUERY = Type.Object(
  { group: Type.Optional(Type.String({ minLength: 1, description: "Only of this consumer group." })), limit: limit("dead letters") },
  { additionalProperties: false },
);

export const DEFINITIONS = Type.Object({
  definitions: Type.Array(
    Type.Object({
      name: DEFINITION_NAME,
      version: Type.Integer(),
      hash: Type.String({ description: "Identifies the content." }),
      active: Type.Boolean({ description: "It takes new sagas; the others serve those that run them." }),
      title: Type.String(),
      steps: Type.Array(Type.String(), { description: "Names of its steps, in the order of the file." }),
    }),
  ),
});

/** A typebox schema is a JSON Schema, but an interface has no index signature: its members are handed over as plain data. */
export const asData = (schema: TSchema): JsonSchema => ({ ...schema });

export type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;

export type SagaSummary = Frozen<Static<typeof SAGA_SUMMARY>>;
export type SagaView = Frozen<Static<typeof SAGA_VIEW>>;
export type SagaPage = Frozen<Static<typeof SAGA_PAGE>>;
export type DeadLetterPage = Frozen<Static<typeof DEAD_LETTERS>>;
export type DefinitionList = Frozen<Static<typeof DEFINITIONS>>;
