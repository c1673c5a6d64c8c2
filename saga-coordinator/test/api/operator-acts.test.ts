import assert from "node:assert/strict";
import { test } from "node:test";
import { documentId, type EventDescription, type FieldType, type StoredDocument, TroupeError } from "@troupe/kernel";
import type { Publishing } from "../../src/api/index.ts";
import { beginSaga, OPERATOR_ACTIONS, react } from "../../src/core/index.ts";
import { compileRead, eventFact } from "../core/support/play.ts";
import { ids, kept, served, started } from "./fixtures.ts";

const SHIPPING = compileRead(`
saga: shipping
start: { on: Asked }
deadline: 5d
steps:
  ship: { command: { emit: Ship, with: { to: start.to } }, done: Shipped, failed: Refused, timeout: 1d, compensate: { none: nothing } }
  track: { after: [ship], done: { on: Tracked, if: event.code != "" }, timeout: 1d, compensate: { none: reading only } }
  rest: { after: [ship], wait: 1h }
  count: { after: [ship], done: Counted, timeout: 1d, compensate: { none: nothing } }
`);

/** A saga after these events. */
function stored(...events: string[]): StoredDocument {
  let state = beginSaga(SHIPPING, { tenant: "default", id: "o-1" });
  for (const name of events) state = react(SHIPPING, state, { fact: eventFact(name, { payload: { to: "Berlin" } }), now: 1 }).state;
  const id = documentId({ tenant: "default", definition: "shipping", key: "o-1" });
  return { ...started("any"), id, definition: SHIPPING.label, state: JSON.parse(JSON.stringify(state)) };
}

const FIELDS: { readonly [event: string]: readonly (readonly [name: string, type: FieldType])[] } = {
  Asked: [
    ["to", { kind: "text" }],
    ["weight", { kind: "long" }],
  ],
  Tracked: [["code", { kind: "text" }]],
};
function describe(name: string): EventDescription {
  const types = [["shipId", { kind: "text" }] as const, ...(FIELDS[name] ?? [])].map(([field, type]) => ({
    name: field,
    type,
    required: true,
    default: undefined,
    doc: undefined,
  }));
  const fields = types.map((type) => type.name);
  return {
    fullName: `shop.${name}`,
    name,
    context: "shop",
    topic: "shop",
    keyField: "shipId",
    correlateField: "shipId",
    fields,
    requiredFields: fields,
    types,
    piiFields: [],
  };
}
/** As strict as a codec where it matters here: every field there is, and of its type. */
function validate(event: string, payload: { readonly [field: string]: unknown }): void {
  for (const { name, type } of describe(event).types) {
    const value = payload[name];
    const fits = type.kind === "long" ? typeof value === "bigint" : typeof value === "string";
    if (!fits) throw new TroupeError("EVENT_FIELD_INVALID", { field: name, event, found: "wrong", allowed: type.kind });
  }
}

const OPERATOR = { "x-troupe-roles": "operator", "x-troupe-caller": "ann" };
type Answer = {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string;
  readonly id: string | undefined;
  readonly published: readonly Publishing[];
};

async function posted(
  path: string,
  body: unknown,
  { headers = OPERATOR, document = stored("Asked") }: { headers?: Readonly<Record<string, string>>; document?: StoredDocument } = {},
): Promise<Answer> {
  const published: Publishing[] = [];
  const publish = async (event: Publishing): Promise<void> => void published.push(event);
  let outcome: Omit<Answer, "published"> | undefined;
  await served({ documents: kept([document]).port, definitions: () => [SHIPPING], publish, describe, validate }, async ({ address }) => {
    const response = await fetch(`${address}/v1/sagas/shipping/o-1${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as {
      readonly id?: string;
      readonly error?: { readonly code: string; readonly message: string };
    }; // the contract
    outcome = { status: response.status, code: answer.error?.code, message: answer.error?.message ?? "", id: answer.id };
  });
  assert.ok(outcome);
  return { ...outcome, published };
}

const reason = "the carrier called";
const NOTHING = { step: null, element: null, event: null, payload: null };
const BY_ANN = { sagaId: "o-1", definition: "shipping", by: "ann", role: "operator", reason };

test("an act is a fact on the log, with who asks, in which role, and why", async () => {
  const { status, id, published } = await posted("/cancel", { reason });
  assert.equal(status, 202);
  assert.deepEqual(published, [{ name: "SagaActRequested", id, correlationId: "o-1", payload: { ...BY_ANN, ...NOTHING, act: "cancel" } }]);
  const settled = await posted("/steps/ship/settle-as-done", { reason, payload: {} });
  assert.deepEqual(settled.published[0]?.payload, {
    ...{ ...BY_ANN, ...NOTHING, act: "settle-as-done", step: "ship", event: "Shipped" },
    payload: JSON.stringify({ shipId: "o-1" }),
  });
});

test("every act of operators has a route, and none of them is open to a caller without the role", async () => {
  const ofSteps = ["retry", "settle-as-done", "settle-as-failed", "settle-as-no-effect", "waive-undo"];
  const bodies: { readonly [act: string]: object } = { signal: { event: "Shipped", payload: {} }, "edit-data": { fields: { to: "Bonn" } } };
  for (const act of OPERATOR_ACTIONS) {
    const path = ofSteps.includes(act) ? `/steps/ship/${act}` : `/${act}`;
    for (const headers of [{}, { "x-troupe-roles": "clerk, operators" }]) {
      const { status, code, published } = await posted(path, { reason, ...bodies[act] }, { headers });
      assert.deepEqual([status, code, published], [403, "ROLE_MISSING", []], act);
    }
  }
});

test("what makes no sense where the saga stands is refused to the caller, and nothing goes on the log", async () => {
  for (const [path, body, expected] of [
    ["/steps/ship/waive-undo", { reason }, /waive-undo is refused, and saga shipping\/o-1 stays as it is: nothing undoes ship/],
    ["/steps/track/retry", { reason }, /track has not opened/],
    ["/resume", { reason }, /the saga is not stuck/],
    ["/signal", { reason, event: "Asked", payload: { to: "Bonn", weight: 1 } }, /Asked changes nothing: the saga has started already/],
    ["/edit-data", { reason, fields: { weight: 1 } }, /the definition reads none of these fields/],
  ] as const) {
    const { status, code, message, published } = await posted(path, body);
    assert.deepEqual([status, code, published], [409, "ACT_REFUSED", []], path);
    assert.match(message, expected);
  }
});

test("a saga, a step or an event that is not there, a missing reason and a payload that does not fit are named", async () => {
  for (const [path, body, expected] of [
    ["/steps/shp/retry", { reason }, [404, "STEP_UNKNOWN"]],
    ["/signal", { reason, event: "Shipped", payload: {}, step: "nowhere" }, [404, "STEP_UNKNOWN"]],
    ["/cancel", {}, [422, "REQUEST_INVALID"]],
    ["/cancel", { reason: "  " }, [422, "REQUEST_INVALID"]],
    ["/cancel", { reason, because: "why" }, [422, "REQUEST_INVALID"]],
    ["/signal", { reason, event: "Sent", payload: {} }, [422, "REQUEST_INVALID"]],
    ["/signal", { reason, event: "Tracked", payload: { code: 3 } }, [422, "EVENT_FIELD_INVALID"]],
    ["/steps/track/settle-as-done", { reason }, [422, "REQUEST_INVALID"]],
    ["/steps/track/settle-as-done", { reason, event: "Shipped", payload: {} }, [422, "REQUEST_INVALID"]],
    ["/steps/track/settle-as-done", { reason, payload: { code: 3 } }, [422, "EVENT_FIELD_INVALID"]],
    ["/steps/rest/settle-as-done", { reason, payload: { any: 1 } }, [422, "REQUEST_INVALID"]],
    ["/edit-data", { reason, fields: {} }, [422, "REQUEST_INVALID"]],
    ["/edit-data", { reason, fields: { to: 3 } }, [422, "EVENT_FIELD_INVALID"]],
    ["/edit-data", { reason, step: "rest", fields: { to: "Bonn" } }, [422, "REQUEST_INVALID"]],
  ] as const) {
    const { status, code, published } = await posted(path, body);
    assert.deepEqual([status, code, published], [...expected, []], `${path} ${JSON.stringify(body)}`);
  }
  const absent = documentId({ tenant: "default", definition: "shipping", key: "o-2" });
  const { status, code } = await posted("/cancel", { reason }, { document: { ...stored("Asked"), id: absent } });
  assert.deepEqual([status, code], [404, "SAGA_UNKNOWN"]);
});

test("what an operator brings goes on the log as its schema carries it", async () => {
  const edit = await posted("/edit-data", { reason, fields: { to: "Bonn" } });
  assert.deepEqual([edit.status, edit.published[0]?.payload["payload"]], [202, JSON.stringify({ to: "Bonn" })]);
  const big = await posted("/edit-data", { reason, fields: { to: "Bonn", weight: 5 } });
  assert.equal(big.published[0]?.payload["payload"], JSON.stringify({ to: "Bonn", weight: { $long: "5" } }));
  const wait = await posted("/steps/rest/settle-as-done", { reason }, { document: stored("Asked", "Shipped") });
  assert.deepEqual([wait.status, wait.published[0]?.payload["event"]], [202, null]);
  const unread = await posted("/steps/count/settle-as-done", { reason });
  assert.deepEqual([unread.status, unread.published[0]?.payload["payload"]], [202, null], "nothing reads it, so it may be left out");
});

test("the same request is one message until something happens to the saga; under an Idempotency-Key it is one for good", async () => {
  const [first, second] = [await posted("/steps/ship/retry", { reason }), await posted("/steps/ship/retry", { reason })];
  assert.equal(first.id, second.id);
  const later = await posted("/steps/ship/retry", { reason }, { document: stored("Asked", "Noise") });
  assert.notEqual(later.id, first.id);
  const headers = { ...OPERATOR, "idempotency-key": "k-1" };
  const cancelled = await posted("/cancel", { reason }, { headers });
  const identity = ids.identity({ tenant: "default", source: "/saga-coordinator/api", id: cancelled.id ?? "" });
  const folded = { ...stored("Asked", "Refused"), inbox: { [identity]: 1 } };
  const again = await posted("/cancel", { reason }, { headers, document: folded });
  assert.deepEqual([again.status, again.id, again.published], [202, cancelled.id, []], "it was carried out already");
  const other = await posted("/cancel", { reason }, { document: folded });
  assert.equal(other.status, 409, "another request is refused: the saga has turned");
});
