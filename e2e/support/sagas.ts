import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { ask } from "./http.ts";
import { type Patience, until } from "./until.ts";

/** What these tests read of GET /v1/sagas/orderFulfilment/{id}. */
export type Saga = {
  readonly id: string;
  readonly status: string;
  readonly stuck: boolean;
  readonly turn: { readonly step: string | null; readonly cause: string } | null;
  readonly steps: readonly Step[];
  readonly timeline: readonly TimelineItem[];
  readonly remains: { readonly openSteps: readonly string[]; readonly undos: readonly string[]; readonly timers: readonly unknown[] };
};
export type Step = { readonly name: string; readonly status: string; readonly reason: string | null };
export type TimelineItem = {
  readonly order: number;
  readonly at: string;
  readonly cause: string;
  readonly changes: ReadonlyArray<{ readonly kind: string; readonly step: string | null; readonly text: string }>;
};
export type SagaPage = { readonly sagas: ReadonlyArray<{ readonly id: string; readonly status: string }>; readonly cursor: string | null };

/** What decides how an order ends (docs/test-cards.md). */
export type OrderChoice = { readonly card?: string; readonly sku?: string; readonly quantity?: number; readonly postalCode?: string };

/** A body of POST /orders that completes unless the choice says otherwise. */
export function orderBody({ card = "4242424242424242", sku = "BOOK-COSMOS", quantity = 2, postalCode = "10115" }: OrderChoice = {}) {
  return {
    customerId: "customer-1",
    customer: { name: "Ada Byron", email: "ada@example.com" },
    lines: [{ sku, quantity, unitPrice: "18.90" }],
    currency: "EUR",
    card,
    shipTo: { recipient: "Ada Byron", street: "Example Street 1", postalCode, city: "Berlin", country: "DE" },
  };
}

export type PlaceOptions = { readonly choice?: OrderChoice; readonly headers?: { readonly [name: string]: string } };

/** Places one order and returns the id of its saga. Fails when it is not accepted. */
export async function placeOrder(address: string, { choice = {}, headers = {} }: PlaceOptions = {}): Promise<string> {
  const answer = await ask(`${address}/orders`, {
    headers: { "idempotency-key": `e2e-${randomUUID()}`, ...headers },
    body: orderBody(choice),
  });
  assert.equal(answer.status, 202, answer.text);
  return (answer.json as { readonly orderId: string }).orderId; // contract of POST /orders
}

/** The saga as the API shows it, or undefined while there is none. */
export async function sagaOf(address: string, id: string): Promise<Saga | undefined> {
  const answer = await ask(`${address}/v1/sagas/orderFulfilment/${id}`);
  return answer.status === 200 ? (answer.json as Saga) : undefined; // contract of the API
}

const ENDED = ["completed", "compensated"];

/** The saga once it has ended. The message of a failure says how far it came. */
export async function endedSaga(address: string, id: string, patience: Patience = {}): Promise<Saga> {
  return until(
    `end of saga ${id}`,
    async () => {
      const saga = await sagaOf(address, id);
      if (saga !== undefined && ENDED.includes(saga.status)) return saga;
      throw new Error(saga === undefined ? "there is no such saga" : `${saga.status}: ${storyOf(saga).join(" | ")}`);
    },
    { everyMs: 100, ...patience },
  );
}

/** Every saga ids and status, page by page. */
export async function allSagas(address: string, query = ""): Promise<SagaPage["sagas"]> {
  const found: Array<SagaPage["sagas"][number]> = [];
  let cursor: string | null = null;
  do {
    const more: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const answer = await ask(`${address}/v1/sagas?limit=200${query}${more}`);
    assert.equal(answer.status, 200, answer.text);
    const page = answer.json as SagaPage; // contract of the API
    found.push(...page.sagas);
    cursor = page.cursor;
  } while (cursor !== null);
  return found;
}

/** The timeline as lines of `cause: what followed`. */
export function storyOf({ timeline }: Saga): readonly string[] {
  return timeline.map(({ cause, changes }) => `${cause}: ${changes.map(({ text }) => text).join(", ")}`);
}

/** Names of the steps in the order in which they were undone. */
export function undoneSteps({ timeline }: Saga): readonly string[] {
  return timeline.flatMap(({ changes }) => changes.filter(({ kind }) => kind === "undone").map(({ step }) => step ?? ""));
}

export function stepOf(saga: Saga, name: string): Step {
  const step = saga.steps.find((candidate) => candidate.name === name);
  assert.ok(step, `saga ${saga.id} has no step ${name}`);
  return step;
}
