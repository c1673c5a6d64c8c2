import { DURATION_FORMS } from "../durations.ts";

/**
 * The keys of the language, once: the reader takes its known keys from here, and the JSON Schema for editors is written
 * from the same table. The docs are what an editor shows beside a key.
 */
export type Grammar = { readonly what: string; readonly doc: string; readonly keys: { readonly [key: string]: Key } };
/** `required` where nothing else decides whether it must be there. */
export type Key = { readonly doc: string; readonly form: Form; readonly required?: true };

/** What may stand at a key. `fields` maps the fields of an event to CEL, `named` maps own names to CEL. */
export type Form =
  | { readonly is: "text" | "duration" | "count" | "fraction" | "flag" | "cel" | "fields" | "named" }
  | { readonly is: "name"; readonly pattern: RegExp; readonly like: string }
  | { readonly is: "words"; readonly words: readonly string[] }
  | { readonly is: "object"; readonly of: Grammar }
  | { readonly is: "map"; readonly of: readonly Form[]; readonly names: RegExp }
  | { readonly is: "list"; readonly of: readonly Form[] }
  | { readonly is: "either"; readonly of: readonly Form[] };

/** Saga names become part of document ids. */
export const SAGA_NAME = /^[a-z][A-Za-z0-9-]*$/;
/** Step names are read in CEL as `steps.NAME`, so they are identifiers; so are the names of aliases, results and variables. */
export const STEP_NAME = /^[a-z][A-Za-z0-9]*$/;
export const EVENT_NAME = /^[A-Z][A-Za-z0-9]*$/;
export const ROLE_NAME = /^[a-z][A-Za-z0-9-]*$/;
const CORRELATED = /^(default|[A-Z][A-Za-z0-9]*)$/;

const text: Form = { is: "text" };
const cel: Form = { is: "cel" };
const flag: Form = { is: "flag" };
const count: Form = { is: "count" };
const duration: Form = { is: "duration" };
const sagaName: Form = { is: "name", pattern: SAGA_NAME, like: "orderFulfilment" };
const stepName: Form = { is: "name", pattern: STEP_NAME, like: "chargePayment" };
const eventName: Form = { is: "name", pattern: EVENT_NAME, like: "OrderPlaced" };
const either = (...of: readonly Form[]): Form => ({ is: "either", of });
const list = (...of: readonly Form[]): Form => ({ is: "list", of });
const object = (of: Grammar): Form => ({ is: "object", of });
const words = (...all: readonly string[]): Form => ({ is: "words", words: all });

export const ANSWER: Grammar = {
  what: "an answer",
  doc: "An event, perhaps only when a guard over it holds.",
  keys: {
    on: { doc: "Name of the event.", form: eventName, required: true },
    if: {
      doc: "CEL over event, saga, start and steps. Where one event means several things their guards must never hold together: e and !e, or different literals on one field.",
      form: cel,
    },
  },
};
const answers = either(eventName, object(ANSWER), list(eventName, object(ANSWER)));

export const ALIAS: Grammar = {
  what: "a correlation",
  doc: "An event that carries another key than the saga id.",
  keys: {
    alias: { doc: "Name of an alias that `aliases` claims.", form: stepName, required: true },
    of: { doc: "CEL over event that gives the value to look for, e.g. event.paymentId.", form: cel, required: true },
  },
};

export const START: Grammar = {
  what: "start",
  doc: "An event that starts an instance, or a schedule that emits one.",
  keys: {
    on: { doc: "Name of the event that starts an instance.", form: eventName },
    if: { doc: "CEL over event; where it is false the event starts nothing.", form: cel },
    cron: { doc: 'Five fields, minute hour day month weekday, e.g. "0 6 * * 1-5". Stands instead of `on`.', form: text },
    zone: { doc: "IANA time zone of the schedule, e.g. Europe/Berlin; UTC when not given.", form: text },
    emit: { doc: "Event that the schedule emits; it starts the instance.", form: eventName },
    with: { doc: "Fields of that event as CEL over tick, the scheduled instant.", form: { is: "fields" } },
    missed: { doc: "Which ticks are made up for after a stop: the latest (default) or all.", form: words("latest", "all") },
  },
};

export const AFTER: Grammar = {
  what: "after",
  doc: "A join of some of the steps named.",
  keys: {
    any: { doc: "One of these is enough.", form: list(stepName) },
    atLeast: { doc: "How many of `of` are enough.", form: count },
    of: { doc: "The steps of which `atLeast` must be done.", form: list(stepName) },
  },
};

export const COMMAND: Grammar = {
  what: "command",
  doc: "The request that the coordinator emits when the step opens, and again by `retry`.",
  keys: {
    emit: { doc: "Event to emit.", form: eventName, required: true },
    with: { doc: "Its fields as CEL over saga, start and steps.", form: { is: "fields" } },
  },
};

export const HUMAN: Grammar = {
  what: "human",
  doc: "A person sends the answer, from the console or the API.",
  keys: {
    role: { doc: "Role that may answer.", form: { is: "name", pattern: ROLE_NAME, like: "export-clerk" }, required: true },
  },
};

export const REPEAT: Grammar = {
  what: "repeat",
  doc: "A commanded step without effect is asked again (polling).",
  keys: {
    while: { doc: "CEL over event, the answer; true: ask again.", form: cel, required: true },
    max: { doc: "Rounds at most; when the guard still holds then, the step has failed.", form: count, required: true },
    every: { doc: "How long to wait before the next round.", form: duration, required: true },
  },
};

export const RETRY: Grammar = {
  what: "retry",
  doc: "How often and when a request is sent again.",
  keys: {
    attempts: { doc: "How often it is sent, the first time included.", form: count, required: true },
    backoff: { doc: "First wait; it doubles.", form: duration },
    max: { doc: "Longest wait.", form: duration },
    jitter: { doc: "By which part, 0 to 1, a wait may be shorter than its backoff.", form: { is: "fraction" } },
    on: {
      doc: "What is tried again: timeout, failed, or both (default).",
      form: either(words("timeout", "failed"), list(words("timeout", "failed"))),
    },
  },
};

export const COMPENSATE: Grammar = {
  what: "compensate",
  doc: "How the step is undone, or why it need not be.",
  keys: {
    emit: { doc: "Event that asks for the undo.", form: eventName },
    with: {
      doc: "Its fields as CEL over saga, start and steps; not over the step's own result, which may be missing.",
      form: { is: "fields" },
    },
    done: { doc: "Event that confirms the undo.", form: answers },
    failed: { doc: "Event that says the undo did not work.", form: answers },
    timeout: { doc: "How long to wait for the confirmation; 1m when not given.", form: duration },
    retry: { doc: "How the undo is tried again; 10 attempts from 1s to 5m when not given.", form: object(RETRY) },
    whenUnknown: {
      doc: "What to do when nobody knows whether the step happened: undo it (default), or wait for the late outcome.",
      form: words("undo", "wait"),
    },
    none: { doc: "Why there is nothing to undo. Stands alone.", form: text },
  },
};

export const STEP: Grammar = {
  what: "a step",
  doc: "A step. Without command, human, wait, until and saga it is observed: services react to each other, and the coordinator only expects the answer.",
  keys: {
    title: { doc: "For people.", form: text },
    description: { doc: "For people.", form: text },
    after: {
      doc: "What must be settled before: a list (all), { any: [...] } or { atLeast: n, of: [...] }. Without it the step opens with the saga.",
      form: either(stepName, list(stepName), object(AFTER)),
    },
    if: { doc: "Guard, read when the step would open, over saga, start and steps; false means skipped.", form: cel },
    choice: {
      doc: "Group of steps with the same `after`, of which exactly one runs: the first whose guard is true, else the one marked `otherwise`.",
      form: stepName,
    },
    otherwise: { doc: "Of a choice: runs when no guard of the group is true.", form: flag },
    command: { doc: COMMAND.doc, form: object(COMMAND) },
    human: { doc: HUMAN.doc, form: object(HUMAN) },
    wait: { doc: "A durable timer: how long to wait.", form: duration },
    until: { doc: "A durable timer: CEL that gives the instant to wait for.", form: cel },
    saga: { doc: "Sub-saga that the step starts; done when it completes, failed when it is compensated.", form: sagaName },
    with: { doc: "Fields of the sub-saga's start event as CEL.", form: { is: "fields" } },
    forEach: { doc: "Fan-out: CEL that gives a list; the step has one effect per element, at most 1,000.", form: cel },
    as: { doc: "Of a fan-out: name of the variable that holds the element.", form: { is: "name", pattern: STEP_NAME, like: "line" } },
    key: { doc: "Of a fan-out: CEL over the variable that names the element, e.g. line.sku.", form: cel },
    answerKey: { doc: "Of a fan-out: CEL over event that tells which element an answer is about.", form: cel },
    done: { doc: "Event or events that finish the step.", form: answers },
    failed: { doc: "Event or events that promise: the step had no effect.", form: answers },
    timeout: { doc: "How long to wait for the answer; then the outcome is unknown.", form: duration },
    retry: { doc: "How a commanded step or a sub-saga is tried again; one attempt when not given.", form: object(RETRY) },
    repeat: { doc: REPEAT.doc, form: object(REPEAT) },
    compensate: { doc: COMPENSATE.doc, form: object(COMPENSATE) },
    pivot: { doc: "The point of no return: from here on only forward.", form: flag },
    optional: { doc: "Never turns the saga and is not waited for at the end; needs a timeout.", form: flag },
    fallback: { doc: "Step that opens instead of giving up.", form: stepName },
  },
};

export const SAGA: Grammar = {
  what: "a saga",
  doc: "A saga definition: what belongs together, in which order, how long to wait, and how each thing is given back.",
  keys: {
    saga: { doc: "Name of the saga, in camelCase.", form: sagaName, required: true },
    title: { doc: "For people.", form: text },
    description: { doc: "For people.", form: text },
    owner: { doc: "Team that is alarmed.", form: text },
    correlate: {
      doc: "Event name (or default) to CEL over event that gives the saga id, or to { alias, of }. Without it: the `correlate` field of the event's schema.",
      form: { is: "map", of: [cel, object(ALIAS)], names: CORRELATED },
    },
    aliases: { doc: "Name to CEL that gives another key of the saga; claimed when it is first known.", form: { is: "named" } },
    start: { doc: "What starts an instance.", form: either(object(START), list(object(START))), required: true },
    deadline: {
      doc: "Of the whole saga, from its start, never pausing. Before the pivot it turns the saga, after it it alarms.",
      form: duration,
    },
    patience: { doc: "How long an early event waits for its start; 1h when not given.", form: duration },
    compensation: { doc: "One undo at a time, latest first (default), or independent undos together.", form: words("reverse", "parallel") },
    search: { doc: "Business keys by which sagas are found: name to CEL over saga, start and steps.", form: { is: "named" } },
    result: {
      doc: "What a caller that waits gets: name to CEL over saga, start and steps, read once, at completion.",
      form: { is: "named" },
    },
    steps: {
      doc: "The steps by name, in the order that decides where nothing else does.",
      form: { is: "map", of: [object(STEP)], names: STEP_NAME },
      required: true,
    },
  },
};

export const DURATION_DOC = `A length of time above zero: ${DURATION_FORMS}.`;
export const knownKeys = ({ keys }: Grammar): readonly string[] => Object.keys(keys);
