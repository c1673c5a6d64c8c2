import assert from "node:assert/strict";
import { test } from "node:test";
import { memorySettings } from "@troupe/codec";
import { type CompiledDefinition, compileDefinition, type Replayed } from "../../src/core/index.ts";
import { parseDefinition } from "../../src/reading/index.ts";
import { loadDefinitions, readVersions } from "../../src/shell/definitions.ts";
import { type ReplayingStored, replayStored } from "../../src/shell/replay-stored.ts";
import { filesOf, ids, logInto, orderId, releaseSaga, shopCodec } from "./support/releases.ts";
import { Stage } from "./support/stage.ts";

const { events } = await shopCodec();
function compiled(text: string, version: number): CompiledDefinition {
  const { definition } = parseDefinition(text, { file: "release.saga.yaml", events });
  assert.ok(definition);
  return compileDefinition(definition, { version, ids, events });
}

async function all(options: ReplayingStored): Promise<readonly Replayed[]> {
  const found: Replayed[] = [];
  for await (const one of replayStored(options)) found.push(one);
  return found;
}

/** A coordinator with one order that is done and one that still waits. */
async function twoOrders(t: Parameters<typeof Stage.open>[0]): Promise<Stage> {
  const stage = await Stage.open(t);
  await stage.start();
  for (const order of ["a", "b"]) await stage.say("StockReleaseRequested", {}, order);
  await stage.say("ShipmentRecalled", { parcelId: null, recalledAt: 0 });
  await stage.until(async () => (await stage.statusOf("release")) === "completed", "one is done");
  return stage;
}

test("every stored instance is replayed, each by its own history, and nothing is written", async (t) => {
  const stage = await twoOrders(t);
  const before = [await stage.document("a"), await stage.document("b")];
  const own = compiled(releaseSaga(), 1);
  const other = compiled(releaseSaga().replace("done: ShipmentRecalled", "done: ShipmentRefused"), 2);
  const options = { documents: stage.documents, versions: { pinned: () => own }, saga: "release", now: stage.clock.now() };
  assert.deepEqual(
    (await all({ ...options, other: own })).map(({ difference }) => difference),
    [null, null],
  );
  const replayed = await all({ ...options, other });
  const found = Object.fromEntries(replayed.map(({ id, difference }) => [id, difference?.kind]));
  assert.deepEqual(found, { [orderId("a")]: "hangs", [orderId("b")]: "hangs" });
  assert.deepEqual([await stage.document("a"), await stage.document("b")], before);
});

test("an instance whose version can't be loaded is told as one that nobody can tell of, and the others are replayed", async (t) => {
  const stage = await twoOrders(t);
  const { pinned } = await loadDefinitions({
    files: filesOf({ "release.saga.yaml": releaseSaga("20m") }).files(),
    codec: await shopCodec(),
    ids,
    settings: memorySettings(),
    log: logInto([]),
    clock: stage.clock,
  });
  const other = compiled(releaseSaga(), 2);
  const replayed = await all({ documents: stage.documents, versions: { pinned }, saga: "release", other, now: stage.clock.now() });
  for (const { difference, label } of replayed) {
    assert.equal(difference?.kind, "data-missing");
    assert.equal(difference?.sentence, `nobody can tell: a version that it ran can't be loaded here (${label})`);
  }
  assert.equal(replayed.length, 2);
});

test("who only reads versions activates and writes nothing", async () => {
  const settings = memorySettings();
  const codec = await shopCodec();
  const log = logInto([]);
  await loadDefinitions({
    files: filesOf({ "release.saga.yaml": releaseSaga() }).files(),
    codec,
    ids,
    settings,
    log,
    clock: { now: () => 0 },
  });
  const before = [...(await settings.list("definition/")), ...(await settings.list("activation/"))];
  const { active, all: versions } = await readVersions({ settings, codec, ids, log });
  assert.deepEqual([active.length, versions.map(({ version }) => version)], [0, [1]]);
  assert.deepEqual([...(await settings.list("definition/")), ...(await settings.list("activation/"))], before);
});
