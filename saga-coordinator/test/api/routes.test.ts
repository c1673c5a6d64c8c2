import assert from "node:assert/strict";
import { test } from "node:test";
import { documentId } from "@troupe/kernel";
import { Errors } from "typebox/value";
import { SAGA_PAGE, SAGA_VIEW } from "../../src/api/contract.ts";
import type { DefinitionList, SagaPage, SagaView } from "../../src/api/index.ts";
import { kept, letter, served, started, travelled, tripDefinition } from "./fixtures.ts";

async function json<Body>(address: string): Promise<{ readonly status: number; readonly body: Body }> {
  const response = await fetch(address);
  return { status: response.status, body: (await response.json()) as Body }; // what the assertions check
}
type Failed = { readonly error: { readonly code: string; readonly message: string } };

test("sagas are paged: following the cursor reads each of them once", async () => {
  const all = ["a", "b", "c", "d", "e"].map(started);
  const { port, asked } = kept(all);
  await served({ documents: port }, async ({ address }) => {
    const ids: string[] = [];
    let cursor: string | null = "0";
    while (cursor !== null) {
      const page: SagaPage = (await json<SagaPage>(`${address}/v1/sagas?limit=2&cursor=${cursor}`)).body;
      ids.push(...page.sagas.map(({ id }) => id));
      cursor = page.cursor;
    }
    assert.deepEqual(ids, ["a", "b", "c", "d", "e"]);
    assert.equal(asked.length, 3);
  });
});

test("without any filter the latest fifty are asked for, with filters exactly those", async () => {
  const { port, asked } = kept([]);
  await served({ documents: port }, async ({ address }) => {
    assert.deepEqual((await json(`${address}/v1/sagas`)).body, { sagas: [], cursor: null });
    await json(`${address}/v1/sagas?status=stuck&definition=trip&limit=200`);
  });
  assert.deepEqual(asked, [{ limit: 50 }, { status: "stuck", definition: "trip", limit: 200 }]);
});

test("a status that does not exist is refused with those that do", async () => {
  await served({}, async ({ address }) => {
    const { status, body } = await json<Failed>(`${address}/v1/sagas?status=compensatd`);
    assert.equal(status, 422);
    assert.equal(body.error.code, "REQUEST_INVALID");
    assert.equal(
      body.error.message,
      '`status` is "compensatd"; allowed is one of awaiting, running, compensating, stuck, completed, compensated, unmatched, declined (did you mean compensated?).',
    );
  });
});

test("limits outside of 1 to 200 and unknown filters are refused", async () => {
  await served({}, async ({ address }) => {
    for (const query of ["limit=0", "limit=201", "limit=x", "state=running", "cursor="]) {
      assert.equal((await json(`${address}/v1/sagas?${query}`)).status, 422, query);
    }
  });
});

test("search keys are asked for as text, with the other filters", async () => {
  const { port, asked } = kept([]);
  await served({ documents: port }, async ({ address }) => {
    await json(`${address}/v1/sagas?definition=trip&search.traveller=ann%20%26%20bob&search.stops=3`);
    await json(`${address}/v1/sagas?search.stops=`);
  });
  assert.deepEqual(asked, [
    { definition: "trip", search: { traveller: "ann & bob", stops: "3" }, limit: 50 },
    { search: { stops: "" }, limit: 50 },
  ]);
});

test("a search key that the definition does not have is refused with those that it has, and the store is not asked", async () => {
  const { port, asked } = kept([]);
  await served({ documents: port }, async ({ address }) => {
    const said = async (query: string): Promise<string> => (await json<Failed>(`${address}/v1/sagas?${query}`)).body.error.message;
    assert.equal(
      await said("definition=trip&search.traveler=ann"),
      "`search.traveler` is not known; allowed is search.traveller, search.stops (did you mean search.traveller?).",
    );
    assert.equal(
      await said("definition=nobody&search.traveller=ann"),
      "`search.traveller` is not known; allowed is no search key, since no such definition has one.",
    );
    assert.match(await said("search.=ann"), /`search\.` is not known; allowed is search\.traveller, search\.stops/);
    assert.match(await said(`search.stops=${"x".repeat(201)}`), /`search\.stops` is "x+…; allowed is text of at most 200 characters/);
    assert.match(await said("search.stops=3&search.stops=4"), /`search\.stops` is \["3","4"\]; allowed is/);
  });
  assert.deepEqual(asked, []);
});

test("a line of the list says where the saga stands", async () => {
  const { port } = kept([
    travelled("t-1", ["TripOrdered", "FlightBooked"]).document,
    travelled("t-2", ["TripOrdered", "FlightBooked", "HotelRefused"]).document,
  ]);
  await served({ documents: port }, async ({ address }) => {
    const { body } = await json<SagaPage>(`${address}/v1/sagas`);
    const common = { definition: "trip", version: 1, stuck: false, startedAt: "2026-01-01T00:00:00.000Z" };
    assert.deepEqual(body.sagas, [
      { ...common, id: "t-1", status: "running", updatedAt: "2026-01-01T00:00:01.000Z", currentSteps: ["bookHotel"] },
      { ...common, id: "t-2", status: "compensating", updatedAt: "2026-01-01T00:00:02.000Z", currentSteps: ["bookFlight"] },
    ]);
  });
});

test("a saga that turned tells its story with causes, and what remains", async () => {
  const { document, history } = travelled("t-1", ["TripOrdered", "FlightBooked", "HotelRefused"]);
  const { port } = kept([document], { [document.id]: history });
  await served({ documents: port }, async ({ address }) => {
    const { status, body } = await json<SagaView>(`${address}/v1/sagas/trip/t-1`);
    assert.equal(status, 200);
    assert.deepEqual([body.title, body.status, body.stuckBy, body.endedAt], ["A trip", "compensating", [], null]);
    assert.deepEqual([body.turn?.step, body.turn?.at], ["bookHotel", "2026-01-01T00:00:02.000Z"]);
    assert.deepEqual(
      body.steps.map(({ name, status: step, openedAt, settledAt }) => [name, step, openedAt, settledAt]),
      [
        ["bookFlight", "undoing", "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:01.000Z"],
        ["bookHotel", "failed", "2026-01-01T00:00:01.000Z", "2026-01-01T00:00:02.000Z"],
      ],
    );
    assert.deepEqual(
      body.timeline.map(({ order, at, cause }) => [order, at, cause]),
      [
        [1, "2026-01-01T00:00:00.000Z", "TripOrdered arrived"],
        [2, "2026-01-01T00:00:01.000Z", "FlightBooked arrived"],
        [3, "2026-01-01T00:00:02.000Z", "HotelRefused arrived"],
      ],
    );
    assert.ok(body.timeline[2]?.changes.some(({ kind, step }) => kind === "failed" && step === "bookHotel"));
    assert.deepEqual([body.remains.openSteps, body.remains.undos], [[], ["bookFlight"]]);
    assert.ok(body.remains.timers.every(({ dueAt }) => dueAt > "2026-01-01T00:00:02.000Z"));
  });
});

test("every answer about a saga is what its schema says", async () => {
  const stories = [
    ["TripOrdered"],
    ["FlightBooked"],
    ["TripOrdered", "FlightBooked", "HotelBooked"],
    ["TripOrdered", "FlightRefused"],
    ["TripOrdered", "Surprise"],
  ];
  for (const [at, events] of stories.entries()) {
    const { document, history } = travelled(`t-${at}`, events);
    const { port } = kept([document], { [document.id]: history });
    await served({ documents: port }, async ({ address }) => {
      assert.deepEqual([...Errors(SAGA_VIEW, (await json(`${address}/v1/sagas/trip/t-${at}`)).body)], []);
      assert.deepEqual([...Errors(SAGA_PAGE, (await json(`${address}/v1/sagas`)).body)], []);
    });
  }
});

test("a saga is found by its id even when the id needs encoding", async () => {
  const { document, history } = travelled("o/1 ä", ["TripOrdered"]);
  const { port } = kept([document], { [document.id]: history });
  await served({ documents: port }, async ({ address }) => {
    const { status, body } = await json<SagaView>(`${address}/v1/sagas/trip/${encodeURIComponent("o/1 ä")}`);
    assert.deepEqual([status, body.id], [200, "o/1 ä"]);
  });
});

test("a saga whose pinned definition is not loaded is not told by another version", async () => {
  const { port } = kept([{ ...started("t-1"), definition: "trip@7#fff" }]);
  await served({ documents: port }, async ({ address }) => {
    const { status, body } = await json<Failed>(`${address}/v1/sagas/trip/t-1`);
    assert.equal(status, 503);
    assert.equal(body.error.code, "DEFINITION_NOT_LOADED");
    assert.ok(
      body.error.message.startsWith(`Saga trip/t-1 runs trip@7#fff, which is not loaded here; loaded are ${tripDefinition().label}.`),
    );
  });
});

test("an unknown saga is 404 with the names that were asked for", async () => {
  const { port } = kept([started("o-1")]);
  await served({ documents: port }, async ({ address }) => {
    const { status, body } = await json<Failed>(`${address}/v1/sagas/trip/o-2`);
    assert.equal(status, 404);
    assert.equal(body.error.code, "SAGA_UNKNOWN");
    assert.match(body.error.message, /trip\/o-2/);
  });
});

test("a definition name in a path can't reach a document of another tenant", async () => {
  const { port } = kept([{ ...started("o-1"), id: documentId({ tenant: "other", definition: "trip", key: "o-1" }) }]);
  await served({ documents: port }, async ({ address }) => {
    assert.equal((await json(`${address}/v1/sagas/trip/o-1`)).status, 404);
    assert.equal((await json(`${address}/v1/sagas/${encodeURIComponent("../other/trip")}/o-1`)).status, 422);
  });
});

test("dead letters come with bytes, place and reason", async () => {
  const asked: unknown[] = [];
  const list = async (query: { readonly group?: string; readonly limit: number }) => {
    asked.push(query);
    return [letter()];
  };
  await served({ deadLetters: { list } }, async ({ address }) => {
    const { body } = await json<{ readonly deadLetters: readonly unknown[] }>(`${address}/v1/dead-letters?group=payments&limit=3`);
    assert.deepEqual(asked, [{ group: "payments", limit: 3 }]);
    assert.deepEqual(body.deadLetters, [{ ...letter(), timestamp: "1970-01-01T00:00:00.000Z", at: "1970-01-01T00:00:01.000Z" }]);
  });
});

test("definitions are those of now, not those of the start", async () => {
  const known = [tripDefinition()];
  await served({ definitions: () => known }, async ({ address }) => {
    known.push({ ...tripDefinition(), version: 2, hash: "abc", label: "trip@2#abc" });
    const { body } = await json<DefinitionList>(`${address}/v1/definitions`);
    assert.deepEqual(body.definitions[1], {
      name: "trip",
      version: 2,
      hash: "abc",
      active: false,
      title: "A trip",
      steps: ["bookFlight", "bookHotel"],
    });
    assert.equal(body.definitions.length, 2);
  });
});
