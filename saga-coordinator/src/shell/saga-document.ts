import { fromTaggedJson, type Json, SEARCH_VALUE_LIMIT, type SearchKeys, type StoredDocument } from "@troupe/kernel";
import { readState, type SagaState } from "../core/index.ts";

/** What a saga's document stores: the core's state, and the trace that its timers continue. */
type SagaDocument = { readonly saga: SagaState; readonly trace: string | null };

export function writeSaga(saga: SagaState, trace: string | undefined): Json {
  return { saga, trace: trace ?? null } satisfies SagaDocument;
}

export function sagaOf(state: Json): SagaState {
  return readState((state as SagaDocument).saga); // only writeSaga writes it
}

export function traceOf(state: Json): string | undefined {
  return (state as SagaDocument).trace ?? undefined; // as above
}

/** Searchable status: `stuck` stands before running and compensating, since that is what an operator looks for. */
export function searchableStatus({ status, stuck }: SagaState): string {
  return stuck === undefined ? status : "stuck";
}

/**
 * What a saga is found by: its search keys that are text, truth values or numbers, as text. Lists and maps are shown, not
 * searched, and so are values over SEARCH_VALUE_LIMIT.
 */
export function searchKeys({ search = {} }: SagaState): SearchKeys {
  return Object.fromEntries(
    Object.entries(search).flatMap(([name, json]) => {
      const value = fromTaggedJson(json);
      if (typeof value === "object") return [];
      const text = String(value);
      return text.length > SEARCH_VALUE_LIMIT ? [] : [[name, text] as const];
    }),
  );
}

/** How a saga ended or stands, for an auditor. `cause`: what turned it, e.g. `chargePayment: no answer in time`. */
export function sagaFacts(document: StoredDocument): {
  readonly status: string;
  readonly stuck: boolean;
  readonly cause: string | undefined;
} {
  const { status, stuck, turn } = sagaOf(document.state);
  const cause = turn === undefined ? undefined : turn.step === null ? turn.cause : `${turn.step}: ${turn.cause}`;
  return { status, stuck: stuck !== undefined, cause };
}
