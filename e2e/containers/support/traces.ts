import assert from "node:assert/strict";
import { ask } from "../../support/http.ts";
import { endedSaga, placeOrder, undoneSteps } from "../../support/sagas.ts";
import { until } from "../../support/until.ts";

/** What is read of Jaeger's API v3, which is OTLP as JSON. `service` is the role that recorded the span. */
type Span = { readonly service: string; readonly name: string; readonly spanId: string; readonly parentSpanId?: string };
type Attribute = { readonly key: string; readonly value: { readonly stringValue?: string } };
type Resource = {
  readonly resource: { readonly attributes: readonly Attribute[] };
  readonly scopeSpans: ReadonlyArray<{ readonly spans: ReadonlyArray<Omit<Span, "service">> }>;
};

/** Where the platform under test answers. */
export type Places = { readonly orders: string; readonly api: string; readonly jaeger: string };

/** What was published on the way from the order to the end, each because of the one before. */
const PUBLISHED = [
  "orders: publish OrderPlaced",
  "payments: publish PaymentCaptured",
  "shipping: publish ShipmentRefused",
  "saga-coordinator: publish RefundRequested",
  "payments: publish PaymentRefunded",
  "saga-coordinator: publish StockReleaseRequested",
  "inventory: publish StockReleased",
  "saga-coordinator: publish SagaCompensated",
];
/** Payments waits for the order and its stock; only what arrives second is the cause of the charge. */
const ONE_OF_TWO_CAUSES = "inventory: publish StockReserved";

/** Places an order whose address is refused, waits until all is undone, and reads its one trace from Jaeger. */
export async function assertCompensatedTrace({ orders, api, jaeger }: Places): Promise<void> {
  const id = await placeOrder(orders, { choice: { postalCode: "00000" } });
  const saga = await endedSaga(api, id, { withinMs: 60_000 });
  assert.equal(saga.status, "compensated");
  assert.deepEqual(undoneSteps(saga), ["chargePayment", "reserveStock"]);
  const chain = await until(`trace of saga ${id} up to its end`, () => chainTo(jaeger, id, PUBLISHED.at(-1) ?? ""), { everyMs: 500 });
  const published = chain.filter((span) => span.includes("publish ") && span !== ONE_OF_TWO_CAUSES);
  assert.deepEqual(published, PUBLISHED, chain.join("\n"));
}

/** The ancestors of a span of the saga's trace, from the first cause on, as `service: name`; undefined while it is not there. */
async function chainTo(jaeger: string, sagaId: string, last: string): Promise<readonly string[] | undefined> {
  const tags = encodeURIComponent(JSON.stringify({ "troupe.saga_id": sagaId }));
  const found = await ask(`${jaeger}/api/traces?service=saga-coordinator&lookback=1h&limit=5&tags=${tags}`);
  const { data } = found.json as { readonly data: ReadonlyArray<{ readonly traceID: string }> | null }; // Jaeger's API v1
  const ids = (data ?? []).map(({ traceID }) => traceID);
  assert.equal(ids.length, 1, `the saga has ${ids.length} traces`);
  const spans = await spansOf(jaeger, ids[0] ?? "");
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  let span = spans.find((candidate) => titleOf(candidate) === last);
  if (span === undefined) return undefined;
  const chain: string[] = [];
  for (; span !== undefined; span = byId.get(span.parentSpanId ?? "")) chain.unshift(titleOf(span));
  return chain;
}

const titleOf = ({ service, name }: Span): string => `${service}: ${name}`;

async function spansOf(jaeger: string, traceId: string): Promise<readonly Span[]> {
  const { json } = await ask(`${jaeger}/api/v3/traces/${traceId}`);
  const { result } = json as { readonly result: { readonly resourceSpans: readonly Resource[] } }; // Jaeger's API v3
  return result.resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = resource.attributes.find(({ key }) => key === "service.name")?.value.stringValue ?? "";
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service })));
  });
}
