import assert from "node:assert/strict";
import { test } from "node:test";
import { memorySettings } from "@troupe/codec";
import { documentId } from "@troupe/kernel";
import { type Definitions, loadDefinitions } from "../../src/shell/definitions.ts";
import { activateVersion, activations } from "../../src/shell/versions.ts";
import { filesOf, ids, type Line, logInto, orderId, releaseSaga, shopCodec } from "./support/releases.ts";
import { Stage } from "./support/stage.ts";

/** A process that starts again and again on the same settings, a second later each time. */
async function starts(initial: { readonly [name: string]: string }) {
  const { files, write } = filesOf(initial);
  const settings = memorySettings();
  const codec = await shopCodec();
  const lines: Line[] = [];
  let now = 0;
  const clock = { now: () => (now += 1000) };
  const load = (): Promise<Definitions> => loadDefinitions({ files: files(), codec, ids, settings, log: logInto(lines), clock });
  const active = async (): Promise<readonly string[]> => (await load()).active.map(({ name, version }) => `${name}@${version}`);
  const activate = (version: number): Promise<boolean> =>
    activateVersion(settings, { name: "release", version, by: "ann", reason: "the new one is worse", at: clock.now() });
  return { load, active, activate, write, settings, lines };
}

test("known older content that a file holds again does not come back by itself, and one sentence says what to do", async () => {
  const { active, write, lines } = await starts({ "release.saga.yaml": releaseSaga() });
  await active();
  write("release.saga.yaml", releaseSaga("20m"));
  assert.deepEqual(await active(), ["release@2"]);
  const told = lines.filter(({ level }) => level !== "warn"); // what the checker says of the saga is of no concern here
  assert.deepEqual(told, [
    { level: "info", text: "release is active as version 1" },
    { level: "info", text: "release is active as version 2" },
  ]);
  write("release.saga.yaml", releaseSaga());
  assert.deepEqual(await active(), ["release@2"]);
  assert.deepEqual(lines.at(-1), {
    level: "error",
    text: 'release.saga.yaml holds version 1 of release, which is known already; version 2 stays active, since known content never comes back by itself. To make it active: npm run troupe -- activate release 1 --reason "..."',
  });
});

test("also not when the file was away in between", async () => {
  const other = releaseSaga().replace("saga: release", "saga: other");
  const { active, write } = await starts({ "release.saga.yaml": releaseSaga(), "other.saga.yaml": other });
  await active();
  write("release.saga.yaml", releaseSaga("20m"));
  await active();
  write("release.saga.yaml", null);
  assert.deepEqual(await active(), ["other@1"], "a deleted file deactivates");
  write("release.saga.yaml", releaseSaga());
  assert.deepEqual([...(await active())].sort(), ["other@1", "release@2"]);
  write("release.saga.yaml", null);
  await active();
  write("release.saga.yaml", releaseSaga("20m"));
  assert.deepEqual([...(await active())].sort(), ["other@1", "release@2"], "what was active is active again with its file");
});

test("an operator's activation holds until there is new content, which is the next version", async () => {
  const { active, activate, write } = await starts({ "release.saga.yaml": releaseSaga() });
  await active();
  write("release.saga.yaml", releaseSaga("20m"));
  await active();
  assert.equal(await activate(1), true);
  assert.deepEqual(await active(), ["release@1"], "although the file still holds version 2");
  write("release.saga.yaml", releaseSaga());
  assert.deepEqual(await active(), ["release@1"]);
  write("release.saga.yaml", releaseSaga("20m"));
  assert.deepEqual(await active(), ["release@1"]);
  write("release.saga.yaml", releaseSaga("30m"));
  assert.deepEqual(await active(), ["release@3"]);
});

test("every activation is a fact: which version, when, by whom and why", async () => {
  const { active, activate, write, settings } = await starts({ "release.saga.yaml": releaseSaga() });
  await active();
  await active();
  write("release.saga.yaml", releaseSaga("20m"));
  await active();
  await activate(1);
  assert.equal(await activate(1), false, "it is active already");
  const facts = await activations(settings);
  assert.deepEqual(
    facts.map(({ version, by, reason }) => [version, by, reason]),
    [
      [1, "release.saga.yaml", "new content of the file"],
      [2, "release.saga.yaml", "new content of the file"],
      [1, "ann", "the new one is worse"],
    ],
  );
  assert.deepEqual(
    facts.map(({ at }) => at).toSorted((a, b) => a - b),
    facts.map(({ at }) => at),
  );
});

test("a version that nobody knows can't be activated; the known ones are named", async () => {
  const { active, activate } = await starts({ "release.saga.yaml": releaseSaga() });
  await active();
  await assert.rejects(activate(7), /VERSION_UNKNOWN|There is no version 7 of release here; known are 1\./);
});

test("data from before there were activations goes on with its highest version", async () => {
  const { active, write, settings } = await starts({ "release.saga.yaml": releaseSaga() });
  await active();
  write("release.saga.yaml", releaseSaga("20m"));
  await active();
  const bare = { ...settings, list: async (prefix: string) => (prefix.startsWith("activation/") ? [] : settings.list(prefix)) };
  const { files } = filesOf({ "release.saga.yaml": releaseSaga() });
  const log = logInto([]);
  const sources = { files: files(), codec: await shopCodec(), ids, settings: bare, log, clock: { now: () => 0 } };
  assert.deepEqual(
    (await loadDefinitions(sources)).active.map(({ version }) => version),
    [2],
  );
});

const PARENT = `saga: parent
start: { on: StockReleaseRequested }
deadline: 1h
steps:
  recall: { saga: recalling, with: { orderId: saga.id } }
`;
const CHILD = `saga: recalling
start: { on: ShipmentRecallRequested }
deadline: 30m
steps:
  recall: { done: ShipmentRecalled, timeout: 1m, compensate: { none: reading only } }
`;

test("a sub-saga whose file is gone is still there for the parents that run it, and nothing keeps the process from starting", async () => {
  const { load, write } = await starts({ "child.saga.yaml": CHILD, "parent.saga.yaml": PARENT, "release.saga.yaml": releaseSaga() });
  await load();
  write("child.saga.yaml", null);
  write("parent.saga.yaml", null);
  const { active, all } = await load();
  assert.deepEqual(
    active.map(({ name }) => name),
    ["release"],
  );
  assert.deepEqual(all.map(({ name }) => name).toSorted(), ["parent", "recalling", "release"]);
});

test("events find their sagas by the correlation of the version that each runs, and make no document for a version that is gone", async (t) => {
  const stage = await Stage.open(t);
  const byParcel = releaseSaga().replace(
    "deadline",
    "correlate: { ShipmentRecalled: \"event.parcelId == null ? '' : event.parcelId\" }\ndeadline",
  );
  stage.write("release.saga.yaml", byParcel);
  await stage.start();
  await stage.say("StockReleaseRequested");
  await stage.settled();
  await stage.stop();
  stage.write("release.saga.yaml", releaseSaga());
  await stage.start();
  await stage.say("StockReleaseRequested", {}, "b");
  await stage.say("ShipmentRecalled", { parcelId: orderId("a"), recalledAt: 0 }, "b");
  await stage.until(async () => (await stage.statusOf("release", "a")) === "completed", "version 1 goes by the parcel");
  await stage.until(async () => (await stage.statusOf("release", "b")) === "completed", "version 2 goes by the order");
  await stage.say("ShipmentRecalled", { parcelId: orderId("d"), recalledAt: 0 }, "c");
  await stage.until(async () => (await stage.statusOf("release", "c")) === "awaiting", "it waits for its start by the active version");
  assert.equal(await stage.statusOf("release", "d"), undefined);
});

/** Reads what version 1 reads, undoes by another event, and has a step of its own. */
const BETTER = `saga: release
start: { on: StockReleaseRequested }
deadline: 10m
steps:
  fetchBack:
    command: { emit: ShipmentRecallRequested, with: { orderId: saga.id } }
    done: ShipmentRecalled
    timeout: 30s
    retry: { attempts: 1 }
    compensate: { none: a parcel that is back stays back }
  confirm: { after: [fetchBack], done: OrderConfirmed, timeout: 5m, compensate: { none: reading only } }
`;

test("of two sagas in flight the one that an operator migrates ends by the new rules, the other by its own", async (t) => {
  const stage = await Stage.open(t);
  await stage.start();
  for (const order of ["a", "b"]) await stage.say("StockReleaseRequested", {}, order);
  await stage.settled();
  await stage.stop();
  stage.write("release.saga.yaml", BETTER);
  await stage.start();
  await stage.say("StockReleaseRequested", {}, "new");
  await stage.settled();
  const better = (await stage.document("new"))?.definition ?? "";
  assert.match(better, /^release@2#/);
  const payload = JSON.stringify({ to: better, steps: { recall: "fetchBack" } });
  const about = { step: null, element: null, event: null, by: "ann", role: "operator", reason: "it must be confirmed" };
  const saga = { sagaId: orderId("a"), definition: "release" };
  await stage.tell("SagaActRequested", { ...saga, act: "migrate", payload, ...about }, { correlationId: orderId("a") });
  await stage.until(async () => (await stage.document("a"))?.definition === better, "it goes on under version 2");
  for (const order of ["a", "b"]) await stage.say("ShipmentRecalled", { parcelId: null, recalledAt: 0 }, order);
  await stage.until(async () => (await stage.statusOf("release", "b")) === "completed", "version 1 ends with the recall");
  assert.equal(await stage.statusOf("release", "a"), "running");
  await stage.say("OrderConfirmed", { confirmedAt: 0 });
  await stage.until(async () => (await stage.statusOf("release", "a")) === "completed", "version 2 ends with the confirmation");
  assert.match((await stage.document("b"))?.definition ?? "", /^release@1#/);
  const history = await stage.documents.history(documentId({ tenant: "default", definition: "release", key: orderId("a") }));
  assert.deepEqual(
    history.map(({ entry }) => entry["name"]),
    ["StockReleaseRequested", "migrate", "ShipmentRecalled", "OrderConfirmed"],
  );
});
