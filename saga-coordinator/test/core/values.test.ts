import assert from "node:assert/strict";
import { test } from "node:test";
import { type Decimal, fromTaggedJson, toTaggedJson, type Uuid, type Value } from "@troupe/kernel";
import fc from "fast-check";
import { correlate, formatDuration, parseDuration } from "../../src/core/index.ts";
import { event } from "./support/events.ts";
import { compile, eventFact, Play } from "./support/play.ts";

/** What a command carries when each field of it is read from the start event. */
function carried(
  payload: { readonly [field: string]: Value },
  mapping: { readonly [field: string]: string },
): { readonly [field: string]: Value } {
  const fields = Object.entries(mapping).map(([name, text]) => `${name}: ${JSON.stringify(text)}`);
  const definition = compile(`
saga: carrying
start: { on: Started }
steps:
  a: { command: { emit: DoA, with: { ${fields.join(", ")} } }, done: ADone, timeout: 1m, compensate: { none: reading only } }
`);
  const play = new Play(definition);
  play.event("Started", { payload });
  play.assertRefolds();
  JSON.stringify(play.state); // throws when a value is no JSON
  return play.requests.at(0)?.payload ?? {};
}

test("money passes through a saga exactly: 12.50 stays 12.50", () => {
  assert.deepEqual(carried({ total: "12.50" as Decimal }, { amount: "start.total" }), { amount: "12.50" });
});

test("a long beyond 2^53 passes through exactly, though the document is JSON", () => {
  assert.deepEqual(carried({ big: 9007199254740993n }, { big: "start.big" }), { big: 9007199254740993n });
});

test("uuid, bytes, null, nested records and lists pass through unchanged", () => {
  const payload = {
    id: "0b2f7d3c-6a39-4d4e-9a6b-0f2f0c9f7a11" as Uuid,
    bytes: new Uint8Array([0, 10, 255]),
    nothing: null,
    lines: [{ sku: "a", quantity: 2, serial: 12n }],
  };
  const names = Object.keys(payload);
  assert.deepEqual(carried(payload, Object.fromEntries(names.map((name) => [name, `start.${name}`]))), payload);
});

test("CEL computes over what it reads", () => {
  const payload = { lines: [{ sku: "a" }, { sku: "b" }], big: 41n };
  const mapping = {
    skus: "start.lines.map(l, l.sku)",
    next: "start.big + 1",
    key: "saga.id + '/' + saga.tenant",
    first: "start.lines[0].sku",
  };
  assert.deepEqual(carried(payload, mapping), { skus: ["a", "b"], next: 42n, key: "o-1/default", first: "a" });
});

const value: fc.Memo<Value> = fc.memo((depth) => {
  const leaf = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.string(),
    fc.uint8Array({ maxLength: 8 }),
  );
  if (depth <= 1) return leaf;
  const key = fc.oneof(fc.string(), fc.constantFrom("$long", "$bytes", "$map", "$double", "__proto__"));
  return fc.oneof(
    leaf,
    fc.array(value(depth - 1), { maxLength: 3 }),
    fc.dictionary(key, value(depth - 1), { maxKeys: 3, noNullPrototype: true }),
  );
});

test("any payload value survives the document: JSON there and back is the same value", () => {
  fc.assert(
    fc.property(value(3), (given) => {
      assert.deepStrictEqual(fromTaggedJson(JSON.parse(JSON.stringify(toTaggedJson(given)))), given);
    }),
    { numRuns: 500 },
  );
});

const CORRELATED = (correlation: string) =>
  compile(
    `
saga: correlated
${correlation}
start: { on: Started }
steps:
  a: { done: ADone, timeout: 1m, compensate: { none: reading only } }
`,
    [event("Started", "t", ["ref", "count"]), event("ADone", "t", ["ref"])],
  );

test("an event belongs to the saga that its schema's correlation field names", () => {
  const definition = CORRELATED("");
  assert.equal(correlate(definition, eventFact("Started", { payload: { orderId: "o-7" } })), "o-7");
  assert.equal(correlate(definition, eventFact("Started", { payload: { orderId: 9007199254740993n } })), "9007199254740993");
});

test("the definition's own correlation goes before the schema's, the event's own entry before the default", () => {
  const definition = CORRELATED("correlate: { default: event.ref, ADone: \"'x-' + event.ref\" }");
  assert.equal(correlate(definition, eventFact("Started", { payload: { orderId: "o-7", ref: "r" } })), "r");
  assert.equal(correlate(definition, eventFact("ADone", { payload: { orderId: "o-7", ref: "r" } })), "x-r");
});

test("an event whose correlation is null, empty, missing or can't be computed belongs to no saga", () => {
  const definition = CORRELATED("correlate: { default: event.ref }");
  for (const payload of [{ ref: null }, { ref: "" }, { ref: 1.5 }, {}]) {
    assert.equal(correlate(definition, eventFact("Started", { payload })), undefined);
  }
});

test("an event without the field falls back to the correlation id of its envelope", () => {
  const fact = eventFact("Started", {});
  assert.equal(correlate(CORRELATED(""), { ...fact, envelope: { ...fact.envelope, correlationId: "o-9" } }), "o-9");
});

test("durations are read in both forms and refused when they are none", () => {
  const read = ["250ms", "30s", "5m", "2h", "7d", "PT30S", "P1DT2H", "PT0.5S", "P1W"].map(parseDuration);
  assert.deepEqual(read, [250, 30_000, 300_000, 7_200_000, 604_800_000, 30_000, 93_600_000, 500, 604_800_000]);
  for (const wrong of ["", "30", "30 s", "s", "0s", "PT", "P", "P1Y", "P1M", "-5s", "1.5s", "999999999d"]) {
    assert.equal(parseDuration(wrong), undefined, wrong);
  }
  assert.deepEqual([1, 1_000, 90_000, 7_200_000, 86_400_000].map(formatDuration), ["1ms", "1s", "90s", "2h", "1d"]);
});
