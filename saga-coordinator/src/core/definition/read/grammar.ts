/** Keys that this version reads, and keys of the language that it does not read yet. A key in neither list is a mistake. */
export type Grammar = { readonly what: string; readonly known: readonly string[]; readonly later: readonly string[] };

export const SAGA: Grammar = {
  what: "a saga",
  known: ["saga", "title", "description", "owner", "correlate", "start", "deadline", "patience", "steps"],
  later: ["aliases", "compensation", "search", "result"],
};

export const START: Grammar = { what: "start", known: ["on"], later: ["if", "cron", "zone", "emit", "with", "missed"] };

export const STEP: Grammar = {
  what: "a step",
  known: [...["title", "description", "after", "command", "done", "failed", "timeout"], ...["retry", "compensate", "pivot", "optional"]],
  later: [
    ...["if", "choice", "otherwise", "human", "wait", "until", "saga", "with", "forEach", "as", "key", "answerKey"],
    ...["fallback", "repeat"],
  ],
};

export const AFTER: Grammar = { what: "after", known: [], later: ["any", "atLeast", "of"] };
export const ANSWER: Grammar = { what: "an answer", known: ["on"], later: ["if"] };
export const ALIAS: Grammar = { what: "a correlation", known: [], later: ["alias", "of"] };
export const COMMAND: Grammar = { what: "command", known: ["emit", "with"], later: [] };
export const RETRY: Grammar = { what: "retry", known: ["attempts", "backoff", "max", "on"], later: ["jitter"] };
export const COMPENSATE: Grammar = {
  what: "compensate",
  known: ["emit", "with", "done", "failed", "timeout", "retry", "none"],
  later: ["whenUnknown"],
};

/** Saga names become part of document ids. */
export const SAGA_NAME = /^[a-z][A-Za-z0-9-]*$/;
/** Step names are read in CEL as `steps.NAME`, so they are identifiers. */
export const STEP_NAME = /^[a-z][A-Za-z0-9]*$/;
export const EVENT_NAME = /^[A-Z][A-Za-z0-9]*$/;
