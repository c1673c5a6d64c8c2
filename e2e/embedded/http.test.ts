import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { before, describe, test } from "node:test";
import { ask, errorOf } from "../support/http.ts";
import { ALL_ROLES, roleProcess } from "../support/roles.ts";
import { allSagas, endedSaga, orderBody, placeOrder, type SagaPage, sagaOf, stepOf, undoneSteps } from "../support/sagas.ts";
import { fileScope, tempFolder } from "../support/troupe.ts";
import { until } from "../support/until.ts";

const scope = fileScope();
let at = "";
before(async () => {
  ({ at } = await roleProcess(scope, ALL_ROLES, { place: ["--data", tempFolder(scope)] }));
});

const order = (body: unknown, headers: { readonly [name: string]: string } = {}) => ask(`${at}/orders`, { body, headers });

describe("POST /orders", () => {
  test("is answered 202 with the address of the saga, and the saga ends", async () => {
    const answer = await order(orderBody());
    assert.equal(answer.status, 202, answer.text);
    const { orderId, saga } = answer.json as { readonly orderId: string; readonly saga: string };
    assert.equal(saga, `/v1/sagas/orderFulfilment/${orderId}`);
    assert.equal(answer.headers.get("location"), saga);
    assert.equal((await endedSaga(at, orderId)).status, "completed");
  });

  test("repeated under one Idempotency-Key gets the same answer and starts one saga", async () => {
    const headers = { "idempotency-key": randomUUID() };
    const sagas = (await allSagas(at)).length;
    const answers = await Promise.all(Array.from({ length: 8 }, () => order(orderBody(), headers)));
    const later = await order(orderBody(), headers);
    assert.deepEqual(new Set([...answers, later].map(({ status, text }) => `${status} ${text}`)).size, 1);
    assert.equal(later.status, 202);
    await endedSaga(at, (later.json as { readonly orderId: string }).orderId);
    assert.equal((await allSagas(at)).length, sagas + 1);
  });

  test("with another body under a used Idempotency-Key is refused", async () => {
    const headers = { "idempotency-key": "used-once" };
    assert.equal((await order(orderBody(), headers)).status, 202);
    const again = await order(orderBody({ quantity: 3 }), headers);
    assert.equal(again.status, 422);
    assert.equal(errorOf(again).code, "IDEMPOTENCY_KEY_REUSED");
    assert.match(errorOf(again).message, /used-once/);
  });

  const line = { sku: "BOOK-COSMOS", quantity: 1, unitPrice: "18.90" };
  const withLine = (change: object) => ({ ...orderBody(), lines: [{ ...line, ...change }] });
  const { card: _, ...withoutCard } = orderBody();
  const REFUSED: ReadonlyArray<readonly [fear: string, body: unknown, status: number, code: string, ...words: string[]]> = [
    ["malformed JSON", '{"customerId": ', 400, "REQUEST_MALFORMED"],
    ["no body at all", "", 400, "REQUEST_MALFORMED"],
    ["an array", [], 422, "REQUEST_INVALID", "body"],
    ["a field that nobody knows", { ...orderBody(), colour: "red" }, 422, "REQUEST_INVALID", "colour", "customerId"],
    ["a misspelt field deep inside", withLine({ qty: 1 }), 422, "REQUEST_INVALID", "lines[0].qty", "quantity"],
    ["a missing field", withoutCard, 422, "REQUEST_INVALID", "card"],
    ["a wrong type", withLine({ quantity: "2" }), 422, "REQUEST_INVALID", "lines[0].quantity", "2"],
    ["a decimal with three digits", withLine({ unitPrice: "18.905" }), 422, "REQUEST_INVALID", "lines[0].unitPrice", "18.905"],
    ["a decimal that overflows", withLine({ unitPrice: "99999999999.00" }), 422, "REQUEST_INVALID", "lines[0].unitPrice"],
    ["a total that overflows", withLine({ unitPrice: "9999999999.99", quantity: 2 }), 422, "REQUEST_INVALID", "19999999999.98"],
    ["an amount as a number", withLine({ unitPrice: 18.9 }), 422, "REQUEST_INVALID", "lines[0].unitPrice", "18.9"],
    ["an unknown currency", { ...orderBody(), currency: "EURO" }, 422, "REQUEST_INVALID", "currency", "EUR"],
    ["a body of 300 kB", { ...orderBody(), note: "x".repeat(300_000) }, 413, "REQUEST_TOO_LARGE", "262144"],
  ];
  for (const [fear, body, status, code, ...words] of REFUSED) {
    test(`refuses ${fear} with ${status} and says what is allowed`, async () => {
      const sagas = (await allSagas(at)).length;
      const answer = await order(body);
      assert.equal(answer.status, status, answer.text);
      assert.equal(errorOf(answer).code, code);
      for (const word of words) assert.ok(errorOf(answer).message.includes(word), `${errorOf(answer).message} names no ${word}`);
      assert.doesNotMatch(answer.text, / {4}at |\.ts:/);
      assert.equal((await allSagas(at)).length, sagas);
    });
  }

  test("refuses another content type with 415", async () => {
    const answer = await order("customerId=1", { "content-type": "text/plain" });
    assert.equal(answer.status, 415);
    assert.equal(errorOf(answer).code, "MEDIA_TYPE_UNSUPPORTED");
    assert.match(errorOf(answer).message, /text\/plain/);
  });
});

describe("POST /orders with an orderId of the caller", () => {
  test("with another order under a used orderId is refused whatever the key, never accepted and dropped", async () => {
    const orderId = randomUUID();
    const key = () => ({ "idempotency-key": randomUUID() });
    const sagas = (await allSagas(at)).length;
    const first = await order({ ...orderBody(), orderId }, key());
    assert.equal(first.status, 202, first.text);
    for (const headers of [key(), {}]) {
      const other = await order({ ...orderBody({ quantity: 3 }), orderId }, headers);
      assert.equal(other.status, 409, other.text);
      assert.equal(errorOf(other).code, "BUSINESS_ID_TAKEN");
      assert.ok(errorOf(other).message.includes(orderId), other.text);
    }
    for (const headers of [key(), {}]) assert.equal((await order({ ...orderBody(), orderId }, headers)).text, first.text);
    await endedSaga(at, orderId);
    assert.equal((await allSagas(at)).length, sagas + 1);
  });
});

describe("the sagas", () => {
  test("are told one by one: steps, a timeline with causes, and nothing remains of one that has ended", async () => {
    const saga = await endedSaga(at, await placeOrder(at, { choice: { postalCode: "00000" } }));
    assert.equal(saga.status, "compensated");
    assert.equal(saga.turn?.step, "ship");
    assert.deepEqual(
      saga.steps.map(({ name, status }) => `${name} ${status}`),
      ["reserveStock undone", "chargePayment undone", "ship failed", "confirmOrder waiting"],
    );
    assert.match(stepOf(saga, "ship").reason ?? "", /ShipmentRefused/);
    assert.deepEqual(undoneSteps(saga), ["chargePayment", "reserveStock"]);
    // Two topics are read independently of each other, so only what the coordinator asked for has a fixed place.
    const events = ["OrderPlaced", "PaymentCaptured", "PaymentRefunded", "ShipmentRefused", "StockReleased", "StockReserved"];
    assert.deepEqual(
      saga.timeline.map(({ cause }) => cause).toSorted(),
      events.map((event) => `${event} arrived`),
    );
    assert.deepEqual(
      saga.timeline.map(({ order }) => order),
      [1, 2, 3, 4, 5, 6],
    );
    assert.deepEqual(saga.remains, { openSteps: [], undos: [], timers: [] });
  });

  test("say what they wait for while they run", async () => {
    const id = await placeOrder(at, { choice: { card: "4000000000000259" } });
    const saga = await until("a saga that waits for its charge", async () => {
      const seen = await sagaOf(at, id);
      return seen?.remains.openSteps.includes("chargePayment") ? seen : undefined;
    });
    assert.equal(saga.status, "running");
    assert.ok(saga.remains.timers.length >= 2, "the step's timeout and the saga's deadline");
    assert.deepEqual(
      (await allSagas(at, "&status=running")).map((running) => running.id),
      [id],
    );
  });
});

describe("the list of sagas", () => {
  test("is read page by page without a gap or a repeat, and by status", async () => {
    const refused = await Promise.all(Array.from({ length: 3 }, () => placeOrder(at, { choice: { sku: "SOLD-OUT" } })));
    const good = await Promise.all(Array.from({ length: 7 }, () => placeOrder(at)));
    for (const id of [...refused, ...good]) await endedSaga(at, id);
    const all = await allSagas(at);
    const paged: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const next: SagaPage = (await ask(`${at}/v1/sagas?limit=4${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`))
        .json as SagaPage; // contract of the API
      assert.ok(next.sagas.length <= 4);
      paged.push(...next.sagas.map(({ id }) => id));
      cursor = next.cursor;
    }
    assert.deepEqual(paged.toSorted(), all.map(({ id }) => id).toSorted());
    assert.equal(new Set(paged).size, paged.length);
    const compensated = await allSagas(at, "&status=compensated&definition=orderFulfilment");
    assert.ok(compensated.every(({ status }) => status === "compensated"));
    for (const id of refused) assert.ok(compensated.some((saga) => saga.id === id));
    assert.deepEqual(await allSagas(at, "&definition=anotherOne"), []);
  });

  test("holds an order by its customer, alone and with what it cost, and refuses a key that its saga does not have", async () => {
    const customer = `customer & ${randomUUID()}`;
    const orders = [2, 3].map((quantity) => order({ ...orderBody({ quantity }), customerId: customer }));
    const ids = (await Promise.all(orders)).map(({ json }) => (json as { readonly orderId: string }).orderId); // contract of POST /orders
    for (const id of ids) await endedSaga(at, id);
    const found = async (query: string) => (await allSagas(at, `&definition=orderFulfilment${query}`)).map(({ id }) => id).toSorted();
    const byCustomer = `&search.customer=${encodeURIComponent(customer)}`;
    assert.deepEqual(await found(byCustomer), ids.toSorted());
    assert.deepEqual(await found(`${byCustomer}&search.total=37.80`), ids.slice(0, 1));
    assert.deepEqual(await found(`${byCustomer}&status=stuck`), []);
    assert.deepEqual(await found("&search.customer=nobody"), []);
    const answer = await ask(`${at}/v1/sagas?definition=orderFulfilment&search.custmer=x`);
    assert.equal(answer.status, 422, answer.text);
    assert.equal(
      errorOf(answer).message,
      "`search.custmer` is not known; allowed is search.customer, search.total (did you mean search.customer?).",
    );
  });

  test("refuses a filter that nobody knows, and says which there are", async () => {
    for (const query of ["status=done", "colour=red", "limit=0", "limit=many", "cursor=nonsense"]) {
      const answer = await ask(`${at}/v1/sagas?${query}`);
      assert.equal(answer.status, 422, `${query}: ${answer.text}`);
      assert.ok(errorOf(answer).message.includes(query.split("=")[0] ?? ""), answer.text);
    }
  });

  test("knows what it lacks: a saga that does not exist is a 404 that names it, as is a route", async () => {
    const saga = await ask(`${at}/v1/sagas/orderFulfilment/${randomUUID()}`);
    assert.deepEqual([saga.status, errorOf(saga).code], [404, "SAGA_UNKNOWN"]);
    const definition = await ask(`${at}/v1/sagas/nobody/1`);
    assert.deepEqual([definition.status, errorOf(definition).code], [404, "SAGA_UNKNOWN"]);
    const route = await ask(`${at}/nowhere`);
    assert.deepEqual([route.status, errorOf(route).code], [404, "ROUTE_UNKNOWN"]);
    assert.match(errorOf(route).message, /GET \/nowhere/);
  });
});

describe("what an operator asks", () => {
  test("is the process alive and ready, by name of what it needs", async () => {
    assert.equal((await ask(`${at}/healthz`)).status, 200);
    const ready = await ask(`${at}/readyz`);
    assert.equal(ready.status, 200, ready.text);
    const { checks } = ready.json as { readonly checks: ReadonlyArray<{ readonly name: string; readonly ready: boolean }> };
    assert.ok(checks.length >= 5 && checks.every((check) => check.ready), ready.text);
  });

  test("metrics in Prometheus text format that count what happened", async () => {
    const { headers, text } = await ask(`${at}/metrics`);
    assert.match(headers.get("content-type") ?? "", /^text\/plain/);
    assert.match(text, /^troupe_records_total\{group="saga-coordinator",outcome="folded"\} [1-9]\d*$/m);
    assert.match(text, /^# TYPE troupe_http_request_seconds histogram$/m);
  });

  test("an OpenAPI 3.1 document that describes each route that answers", async () => {
    const { paths, openapi } = (await ask(`${at}/openapi.json`)).json as {
      readonly openapi: string;
      readonly paths: { readonly [path: string]: object };
    };
    assert.match(openapi, /^3\.1\./);
    for (const path of ["/orders", "/v1/sagas", "/v1/sagas/{definition}/{id}", "/v1/dead-letters", "/healthz", "/readyz", "/metrics"]) {
      assert.ok(paths[path], `no ${path} among ${Object.keys(paths).join(", ")}`);
    }
  });
});
