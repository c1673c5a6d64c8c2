import assert from "node:assert/strict";
import { test } from "node:test";
import type { Publishing } from "../../src/api/index.ts";
import type { CompiledDefinition } from "../../src/core/index.ts";
import { compileRead } from "../core/support/play.ts";
import { kept, served, travelled, tripDefinition } from "./fixtures.ts";

const V1 = tripDefinition();
const TO = (steps: string): CompiledDefinition => {
  const compiled = compileRead(`
saga: trip
correlate: { default: event.tripId }
start: { on: TripOrdered }
deadline: 1h
steps:
${steps}
`);
  return { ...compiled, version: 2, label: `trip@2#${compiled.hash}` };
};
const HOTEL = "  bookHotel: { after: flight, done: HotelBooked, failed: HotelRefused, timeout: 30s, compensate: { none: never booked } }";
const flight = (payload: string) =>
  `  flight: { done: FlightBooked, failed: FlightRefused, timeout: 1m, compensate: { emit: FlightCancelRequested, with: ${payload}, done: FlightCancelled } }`;
const V2 = TO(`${flight("{ tripId: start.tripId }")}\n${HOTEL}`);
const ASKING_MORE = TO(`${flight("{ tripId: start.tripId, seat: steps.flight.seat }")}\n${HOTEL}`);

const OPERATOR = { "x-troupe-roles": "operator", "x-troupe-caller": "ann" };
const PLAN = { toVersion: 2, steps: { bookFlight: "flight" } };

async function posted(
  body: unknown,
  { headers = OPERATOR, other = V2 }: { headers?: { readonly [name: string]: string }; other?: CompiledDefinition } = {},
) {
  const published: Publishing[] = [];
  const { document, history } = travelled("t-1", ["TripOrdered", "FlightBooked"]);
  const documents = kept([document], { [document.id]: history }).port;
  const over = { documents, definitions: () => [other, V1], publish: async (event: Publishing) => void published.push(event) };
  let answer: { status: number; body: Record<string, unknown> } = { status: 0, body: {} };
  await served(over, async ({ address }) => {
    const response = await fetch(`${address}/v1/sagas/trip/t-1/migrate`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    answer = { status: response.status, body: (await response.json()) as Record<string, unknown> }; // read field by field below
  });
  return { ...answer, published };
}

test("a preview says where each step goes and what would follow, and publishes nothing", async () => {
  const { status, body, published } = await posted({ ...PLAN, preview: true });
  assert.equal(status, 200);
  assert.deepEqual(body, {
    from: 1,
    to: 2,
    possible: true,
    problems: [],
    missing: [],
    steps: [
      { step: "bookFlight", status: "done", to: "flight" },
      { step: "bookHotel", status: "open", to: "bookHotel" },
    ],
    changes: ["the saga goes on under version 2 of its definition, no longer 1"],
  });
  assert.deepEqual(published, []);
});

test("a preview lists the data that is missing, by step and field", async () => {
  const { body } = await posted({ ...PLAN, preview: true }, { other: ASKING_MORE });
  assert.deepEqual([body["possible"], body["missing"], body["changes"]], [false, [{ of: "flight", fields: ["seat"] }], []]);
});

test("a migration is an act on the log, with who, in which role, why, and the plan", async () => {
  const { status, published } = await posted({ ...PLAN, reason: "a better flight" });
  assert.equal(status, 202);
  const [event] = published;
  assert.equal(event?.name, "SagaActRequested");
  const { act, by, role, reason, payload } = event?.payload ?? {};
  assert.deepEqual([act, by, role, reason], ["migrate", "ann", "operator", "a better flight"]);
  assert.deepEqual(JSON.parse(String(payload)), { to: V2.label, steps: PLAN.steps });
});

test("what the fold would refuse is refused at once, with every reason in one sentence", async () => {
  const { status, body, published } = await posted({ toVersion: 2, reason: "why not" });
  const { code, message } = body["error"] as { code: string; message: string }; // the contract of errors
  assert.deepEqual([status, code, published], [409, "ACT_REFUSED", []]);
  assert.equal(
    message,
    "migrate is refused, and saga trip/t-1 stays as it is: bookFlight is done and has an effect, so version 2 needs a step that takes it over.",
  );
});

test("without the role, without a reason, or to a version that nobody knows nothing is published", async () => {
  for (const [body, headers, expected] of [
    [{ ...PLAN, reason: "why" }, {}, [403, "ROLE_MISSING"]],
    [{ ...PLAN, preview: true }, {}, [403, "ROLE_MISSING"]],
    [PLAN, OPERATOR, [422, "REQUEST_INVALID"]],
    [{ ...PLAN, toVersion: 7, reason: "why" }, OPERATOR, [404, "VERSION_UNKNOWN"]],
    [{ ...PLAN, toVersion: 1, reason: "why" }, OPERATOR, [409, "ACT_REFUSED"]],
    [{ ...PLAN, toVersion: 0, reason: "why" }, OPERATOR, [422, "REQUEST_INVALID"]],
    [{ ...PLAN, steps: { bookFlight: 3 }, reason: "why" }, OPERATOR, [422, "REQUEST_INVALID"]],
  ] as const) {
    const answer = await posted(body, { headers });
    const { code } = answer.body["error"] as { code: string }; // the contract of errors
    assert.deepEqual([answer.status, code, answer.published], [...expected, []], JSON.stringify(body));
  }
});
