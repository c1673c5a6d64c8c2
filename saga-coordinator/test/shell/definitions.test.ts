import assert from "node:assert/strict";
import { test } from "node:test";
import { memorySettings } from "@troupe/codec";
import { type Definitions, loadDefinitions } from "../../src/shell/definitions.ts";
import { filesOf, ids, type Line, logInto, releaseSaga, shopCodec } from "./support/releases.ts";

/** A process that starts again and again on the same settings. */
async function starts(initial: { readonly [name: string]: string }) {
  const { files, write } = filesOf(initial);
  const settings = memorySettings();
  const codec = await shopCodec();
  const lines: Line[] = [];
  const load = (): Promise<Definitions> =>
    loadDefinitions({ files: files(), codec, ids, settings, log: logInto(lines), clock: { now: () => 1000 } });
  return { load, write, settings, lines };
}

const labels = ({ all }: Definitions): readonly string[] => all.map(({ name, version }) => `${name}@${version}`);

test("content that is known keeps its version, also with other comments and layout", async () => {
  const { load, write } = await starts({ "release.saga.yaml": releaseSaga() });
  const first = await load();
  write("release.saga.yaml", `# a remark\n${releaseSaga()}\n`);
  const second = await load();
  assert.deepEqual(labels(second), ["release@1"]);
  assert.equal(second.active[0]?.label, first.active[0]?.label);
});

test("changed content is the next version; the earlier one is there for the sagas that run it", async () => {
  const { load, write } = await starts({ "release.saga.yaml": releaseSaga() });
  const before = (await load()).active[0]?.label ?? "";
  write("release.saga.yaml", releaseSaga("20m"));
  const definitions = await load();
  assert.deepEqual(labels(definitions), ["release@2", "release@1"]);
  assert.equal(definitions.active.length, 1);
  assert.equal(definitions.pinned(before).deadlineMillis, 600_000);
  write("release.saga.yaml", releaseSaga("30m"));
  assert.deepEqual([...labels(await load())].sort(), ["release@1", "release@2", "release@3"]);
});

test("two processes that activate different content at once overwrite neither", async () => {
  const { load, write, settings } = await starts({ "release.saga.yaml": releaseSaga() });
  await load();
  const stale = { ...settings, list: async () => [] }; // both looked before either wrote
  const codec = await shopCodec();
  const other = filesOf({ "release.saga.yaml": releaseSaga("40m") });
  const theirs = await loadDefinitions({ files: other.files(), codec, ids, settings: stale, log: logInto([]), clock: { now: () => 1000 } });
  write("release.saga.yaml", releaseSaga("50m"));
  const ours = await load();
  for (const label of [theirs.active[0]?.label, ours.active[0]?.label]) assert.ok((await load()).pinned(label ?? ""));
});

test("a definition whose file is gone takes no new sagas and is kept for those that run", async () => {
  const { load, write } = await starts({
    "release.saga.yaml": releaseSaga(),
    "other.saga.yaml": releaseSaga().replace("release", "other"),
  });
  await load();
  write("other.saga.yaml", null);
  const definitions = await load();
  assert.deepEqual(
    definitions.active.map(({ name }) => name),
    ["release"],
  );
  assert.deepEqual(labels(definitions), ["release@1", "other@1"]);
});

test("a faulty file is refused with its place", async () => {
  const { load } = await starts({ "release.saga.yaml": releaseSaga().replace("done: ShipmentRecalled", "done: ShipmentRecaled") });
  await assert.rejects(load(), ({ code, message }: { code: string; message: string }) => {
    assert.equal(code, "DEFINITION_INVALID");
    assert.match(message, /release\.saga\.yaml:7:\d+ .*ShipmentRecaled/);
    return true;
  });
});

test("one saga in two files: the second is refused in one sentence that names both, and the others run", async () => {
  const { load, lines } = await starts({
    "a.saga.yaml": releaseSaga(),
    "b.saga.yaml": releaseSaga("20m"),
    "other.saga.yaml": releaseSaga().replace("release", "other"),
  });
  const { active } = await load();
  assert.deepEqual(
    active.map(({ name, deadlineMillis }) => [name, deadlineMillis]),
    [
      ["release", 600_000],
      ["other", 600_000],
    ],
  );
  const errors = lines.filter(({ level }) => level === "error");
  assert.equal(errors.length, 1);
  assert.match(errors[0]?.text ?? "", /^b\.saga\.yaml:1:1 saga-repeated the saga `release` is defined in a\.saga\.yaml already/);
});

test("of one saga in two files the one with an error does not keep the sound one from running, whichever comes first", async () => {
  const faulty = releaseSaga("20m").replace("done: ShipmentRecalled", "done: ShipmentRecaled");
  for (const files of [
    { "a.saga.yaml": faulty, "b.saga.yaml": releaseSaga() },
    { "a.saga.yaml": releaseSaga(), "b.saga.yaml": faulty },
  ]) {
    const { load } = await starts(files);
    assert.deepEqual(labels(await load()), ["release@1"]);
  }
});

test("an earlier version that today's schemas do not allow is named, and does not keep the process from starting", async () => {
  const { load, settings, lines } = await starts({ "release.saga.yaml": releaseSaga() });
  const text = releaseSaga().replaceAll("ShipmentRecalled", "ParcelRecalled");
  await settings.put("definition/release/000001-old", { name: "release", version: 1, hash: "old", file: "release.saga.yaml", text });
  assert.deepEqual(labels(await load()), ["release@2"]);
  assert.ok(lines.some(({ level, text: line }) => level === "error" && line.includes("version 1 of release can't be loaded")));
});
