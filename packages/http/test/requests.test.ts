import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { TroupeError } from "@troupe/kernel";
import { createMetrics } from "@troupe/telemetry";
import { call, errorOf, getThings, keptLog, post, postOrder, withFace } from "./fixtures.ts";

const GOOD = JSON.stringify({ lines: [{ sku: "a", quantity: 2 }] });

test("a good request reaches its handler with body, parameters and typed query", async () => {
  await withFace({}, async ({ address }) => {
    const placed = await post(`${address}/orders`, GOOD);
    assert.equal(placed.status, 202);
    assert.equal(placed.headers.get("location"), "/orders/1");
    assert.deepEqual(placed.body, { got: JSON.parse(GOOD) });
    const thing = await call(`${address}/things/a%2Fb/${"x".repeat(300)}?limit=7&deep=true`);
    assert.deepEqual(thing.body["query"], { limit: 7, deep: true });
    assert.deepEqual(thing.body["params"], { kind: "a/b", id: "x".repeat(300) });
  });
});

test("defaults of the query schema are filled in", async () => {
  await withFace({}, async ({ address }) => {
    assert.deepEqual((await call(`${address}/things/a/b`)).body["query"], { limit: 50 });
  });
});

const refused: readonly (readonly [string, string, string])[] = [
  ["a missing field", '{"lines":[{"sku":"a"}]}', "`lines[0].quantity` is missing; allowed is a whole number from 1 to 99."],
  [
    "a number out of range",
    '{"lines":[{"sku":"a","quantity":100}]}',
    "`lines[0].quantity` is 100; allowed is a whole number from 1 to 99.",
  ],
  [
    "a wrong type, never coerced",
    '{"lines":[{"sku":"a","quantity":"2"}]}',
    '`lines[0].quantity` is "2"; allowed is a whole number from 1 to 99.',
  ],
  ["an empty list", '{"lines":[]}', "`lines` is []; allowed is a list with at least 1."],
  [
    "an unknown field, with the nearest known one",
    '{"lines":[{"sku":"a","quantity":1,"quantitiy":1}]}',
    "`lines[0].quantitiy` is not known; allowed is sku, quantity (did you mean quantity?).",
  ],
  [
    "a value outside of an enumeration",
    '{"lines":[{"sku":"a","quantity":1}],"payment":"gold"}',
    '`payment` is "gold"; allowed is one of card, invoice.',
  ],
  [
    "the branch of a union that was meant",
    '{"lines":[{"sku":"a","quantity":1}],"ship":{"city":"x","zip":"y"}}',
    '`ship.zip` is "y"; allowed is text that matches ^\\d+$.',
  ],
  [
    "a text of nothing but blanks",
    '{"lines":[{"sku":"a","quantity":1}],"reason":" "}',
    '`reason` is " "; allowed is text that is not empty.',
  ],
  [
    "an object without a field",
    '{"lines":[{"sku":"a","quantity":1}],"fields":{}}',
    "`fields` is {}; allowed is an object with at least one field.",
  ],
  ["a body that is no object", "[]", "`body` is []; allowed is an object."],
];
for (const [what, body, message] of refused) {
  test(`${what} is refused with field, found value and what is allowed`, async () => {
    await withFace({}, async ({ address }) => {
      const answer = await post(`${address}/orders`, body);
      assert.equal(answer.status, 422);
      assert.deepEqual(answer.body, { error: { code: "REQUEST_INVALID", message, hint: "" } });
    });
  });
}

test("a huge value does not come back in the answer", async () => {
  await withFace({}, async ({ address }) => {
    const answer = await post(`${address}/orders`, JSON.stringify({ lines: [{ sku: "a", quantity: 1 }], note: "x".repeat(10_000) }));
    assert.match(errorOf(answer).message, /^`note` is "x{79}…; allowed is text of at most 10 characters\.$/);
  });
});

test("query values that are no number, out of range, unknown or repeated are refused", async () => {
  await withFace({}, async ({ address }) => {
    const message = async (query: string) => errorOf(await call(`${address}/things/a/b?${query}`)).message;
    assert.equal(await message("limit=abc"), '`limit` is "abc"; allowed is a whole number from 1 to 200.');
    assert.equal(await message("limit=201"), "`limit` is 201; allowed is a whole number from 1 to 200.");
    assert.equal(await message("limit=1&limit=2"), '`limit` is ["1","2"]; allowed is a whole number from 1 to 200.');
    assert.equal(await message("limt=1"), "`limt` is not known; allowed is limit, deep (did you mean limit?).");
  });
});

test("a header that a route demands is looked for under any case and named when it is missing", async () => {
  const headers = { type: "object", required: ["Idempotency-Key"], properties: { "Idempotency-Key": { type: "string", minLength: 1 } } };
  await withFace({ routes: [{ ...postOrder, headers }] }, async ({ address }) => {
    const given = { "content-type": "application/json", "IDEMPOTENCY-KEY": "k-1" };
    assert.equal((await call(`${address}/orders`, { method: "POST", body: GOOD, headers: given })).status, 202);
    const without = await post(`${address}/orders`, GOOD);
    assert.equal(errorOf(without).message, "`idempotency-key` is missing; allowed is text that is not empty.");
  });
});

test("malformed, empty, wrongly encoded and poisoned bodies are told apart from invalid ones", async () => {
  await withFace({}, async ({ address }) => {
    for (const [body, reason] of [
      ["{oops", /is not valid JSON: Expected property name/],
      ["", /it is empty/],
      ["[".repeat(100_000) + "]".repeat(100_000), /not valid JSON: it is nested too deeply\.$/],
      ['{"__proto__":{}}', /__proto__ is not allowed/],
    ] as const) {
      const answer = await post(`${address}/orders`, body);
      assert.equal(answer.status, 400);
      assert.equal(errorOf(answer).code, "REQUEST_MALFORMED");
      assert.match(errorOf(answer).message, reason);
    }
    const bytes = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    const answer = await call(`${address}/orders`, { method: "POST", body: bytes, headers: { "content-type": "application/json" } });
    assert.equal(errorOf(answer).code, "REQUEST_MALFORMED");
  });
});

test("a body above the limit is 413 with both sizes", async () => {
  await withFace({ bodyLimitBytes: 100 }, async ({ address }) => {
    const answer = await post(`${address}/orders`, `"${"x".repeat(200)}"`);
    assert.equal(answer.status, 413);
    assert.equal(errorOf(answer).message, "The request body has 202 bytes; allowed are 100.");
  });
});

test("other content types are 415, vendor forms of JSON are read", async () => {
  await withFace({}, async ({ address }) => {
    const answer = await post(`${address}/orders`, GOOD, "text/xml");
    assert.equal(answer.status, 415);
    assert.match(errorOf(answer).message, /`text\/xml`/);
    assert.equal((await post(`${address}/orders`, GOOD, "application/vnd.schemaregistry.v1+json; charset=utf-8")).status, 202);
  });
});

test("an unknown route is named and points to the description", async () => {
  await withFace({}, async ({ address }) => {
    const answer = await call(`${address}/nothing?secret=1`, { method: "DELETE" });
    assert.equal(answer.status, 404);
    assert.deepEqual(errorOf(answer), { code: "ROUTE_UNKNOWN", message: "There is no DELETE /nothing; see /openapi.json.", hint: "" });
  });
});

test("a path that is not percent-encoded is one clear sentence", async () => {
  await withFace({}, async ({ address }) => {
    const answer = await call(`${address}/things/%zz/1`);
    assert.equal(answer.status, 400);
    assert.equal(errorOf(answer).code, "REQUEST_UNREADABLE");
  });
});

test("an error of the catalogue answers with its own status, an unforeseen one tells nothing of itself but is logged", async () => {
  const { log, lines } = keptLog();
  const failing = (error: unknown) => async () => Promise.reject(error);
  const routes = [
    { ...getThings, path: "/known", handle: failing(new TroupeError("SAGA_UNKNOWN", { definition: "d", id: "1" })) },
    { ...getThings, path: "/away", handle: failing(new TroupeError("STORE_UNREACHABLE", { address: "a", reason: "r" })) },
    { ...getThings, path: "/bug", handle: failing(new Error("secret detail")) },
  ];
  await withFace({ routes, log }, async ({ address }) => {
    assert.equal((await call(`${address}/known`)).status, 404);
    const away = await call(`${address}/away`);
    assert.deepEqual([away.status, away.headers.get("retry-after")], [503, "1"]);
    assert.equal(lines.length, 0);
    const bug = await call(`${address}/bug`);
    assert.equal(bug.status, 500);
    assert.match(errorOf(bug).message, /see the log under request req-/);
    assert.doesNotMatch(JSON.stringify(bug.body), /secret|\.ts/);
  });
  assert.equal(lines[0]?.level, "error");
  assert.equal(lines[0]?.fields["reason"], "secret detail");
});

test("under load what changes something is refused with Retry-After, reading goes on", async () => {
  await withFace({ shedding: () => ({ reason: "the outbox holds 9000 entries" }) }, async ({ address }) => {
    const answer = await post(`${address}/orders`, GOOD);
    assert.deepEqual([answer.status, answer.headers.get("retry-after")], [429, "1"]);
    assert.deepEqual(errorOf(answer), { code: "OVERLOADED", message: "The service is behind (the outbox holds 9000 entries).", hint: "" });
    assert.equal((await call(`${address}/things/a/b`)).status, 200);
  });
});

test("requests are counted under the path of their route, not under what callers make up", async () => {
  const metrics = createMetrics({ process: false });
  await withFace({ metrics }, async ({ address }) => {
    await call(`${address}/things/a/1`);
    await call(`${address}/things/a/2`);
    await call(`${address}/made-up`);
    const text = await metrics.text();
    assert.match(text, /troupe_http_request_seconds_count\{method="GET",route="\/things\/\{kind\}\/\{id\}",status="200"\} 2/);
    assert.match(text, /troupe_http_request_seconds_count\{method="GET",route="unknown",status="404"\} 1/);
  });
});

test("bytes that are no HTTP get the same form of error and the connection ends", async () => {
  await withFace({}, async ({ port }) => {
    const socket = connect(port, "127.0.0.1");
    let got = "";
    socket.on("data", (chunk) => {
      got += chunk;
    });
    socket.write("nonsense\r\n\r\n");
    await once(socket, "close");
    assert.match(got, /^HTTP\/1\.1 400 Bad Request\r\n/);
    assert.equal(JSON.parse(got.slice(got.indexOf("{"))).error.code, "REQUEST_UNREADABLE");
  });
});

test("a client that drops its connection amid the body is no error of ours: no stack in the log, a line for debug", async () => {
  const { log, lines } = keptLog();
  await withFace({ log }, async ({ port }) => {
    const socket = connect(port, "127.0.0.1");
    socket.write('POST /orders HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"lines"', () =>
      setTimeout(() => socket.destroy(), 50),
    );
    while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });
  assert.deepEqual(
    lines.map(({ level, text }) => [level, text]),
    [["debug", "The request can't be read as HTTP: the connection ended before the body did."]],
  );
});

test("a handler that answers text under its own content type is not turned into JSON", async () => {
  const text = {
    ...postOrder,
    method: "GET" as const,
    path: "/text",
    handle: async () => ({ status: 200, headers: { "content-type": "text/plain" }, body: "a b" }),
  };
  const { body: _, ...route } = text;
  await withFace({ routes: [route] }, async ({ address }) => {
    const response = await fetch(`${address}/text`);
    assert.equal(await response.text(), "a b");
    assert.equal(response.headers.get("content-type"), "text/plain");
  });
});
