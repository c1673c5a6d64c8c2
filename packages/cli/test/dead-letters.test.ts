import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { type BusRecord, type DeadLetter, explain } from "@troupe/kernel";
import { until } from "@troupe/testing";
import { commandOf } from "../src/operate/command-group.ts";
import { OPERATE } from "../src/operate/commands.ts";
import { folderWith, opened, troupe } from "./support/data-folder.ts";

const letterOf = (group: string, offset: number, more: Partial<DeadLetter> = {}): DeadLetter => ({
  id: `${group}/orders/0/${offset}`,
  group,
  topic: "orders",
  partition: 0,
  offset,
  timestamp: 1_700_000_000_000,
  key: "o-1",
  value: Buffer.from(`record ${offset}`).toString("base64"),
  headers: { ce_id: `m-${offset}`, ce_type: "OrderPlaced" },
  code: "SCHEMA_ID_UNKNOWN",
  reason: "Schema id 7 is not in the registry.",
  at: 1_700_000_001_000 + offset,
  ...more,
});

const LETTERS = [
  letterOf("payments", 3),
  letterOf("payments", 10),
  letterOf("shipping", 3, { code: "RECORD_TOO_OLD", reason: "old" }),
  letterOf("payments", 11, { headers: { ce_id: "m-11", troupe_redrives: "3" } }),
  letterOf("payments", 12, { value: null, headers: {}, code: "HANDLER_FAILED", reason: "no" }),
];
const withLetters = () =>
  folderWith(async ({ bus, store }) => {
    await bus.admin.ensureTopics([{ topic: "orders", partitions: 1 }]);
    await store.deadLetters.add(LETTERS);
  });
const lettersIn = (folder: string) =>
  opened(folder, async ({ store }) => (await store.deadLetters.list({ limit: 100 })).map(({ id }) => id).toSorted());

/** What stands in the topic, in order. */
const recordsIn = (folder: string): Promise<readonly BusRecord[]> =>
  opened(folder, async ({ bus }) => {
    const [{ end } = { end: 0 }] = await bus.admin.endOffsets(["orders"]);
    const records: BusRecord[] = [];
    const quiet = { onAssigned: () => {}, onRevoked: () => {}, onHealth: () => {} };
    const subscription = await bus.subscribe({
      group: "reader",
      topics: ["orders"],
      ...quiet,
      onBatch: (batch) => {
        records.push(...batch.records);
        subscription.settle(batch);
      },
    });
    await until(() => records.length >= end, { what: "all records" });
    return records;
  });

test("dead letters are listed with code, key, reason, and how often they came back; filters narrow them", async () => {
  const folder = await withLetters();
  const all = troupe("dead-letters", "list", "--data", folder);
  assert.equal(all.status, 0, all.stderr);
  assert.match(all.stdout, /^payments\/orders\/0\/11 {2}SCHEMA_ID_UNKNOWN {2}key o-1 .* redriven 3 times$/m);
  assert.equal(all.lines.at(-1), "5 dead letters shown, 5 in all");
  const some = troupe("dead-letters", "list", "--data", folder, "--group", "shipping", "--code", "RECORD_TOO_OLD", "--json");
  assert.deepEqual(JSON.parse(some.stdout), [LETTERS[2]]);
  const recent = troupe("dead-letters", "list", "--data", folder, "--since", "1h");
  assert.equal(recent.lines.at(-1), "0 dead letters shown, 5 in all");
});

test("whoever reads the output may stop reading: no stack trace, no failure", async () => {
  const folder = await folderWith(async ({ store }) => {
    await store.deadLetters.add(Array.from({ length: 3_000 }, (_, at) => letterOf("payments", at)));
  });
  const command = `"${process.execPath}" packages/cli/src/troupe.ts dead-letters list --limit 3000 --data "${folder}" | head -1`;
  const { stdout, stderr } = spawnSync("sh", ["-c", command], { cwd: join(import.meta.dirname, "..", "..", ".."), encoding: "utf8" });
  assert.match(stdout, /^payments\/orders\/0\/\d+ /);
  assert.equal(stderr, "");
});

test("a dead letter is shown with its origin, headers and bytes", async () => {
  const folder = await withLetters();
  const { stdout } = troupe("dead-letters", "show", "payments/orders/0/3", "--data", folder);
  for (const word of ["SCHEMA_ID_UNKNOWN", "orders/0/3", "ce_id: m-3", "8 bytes", "refused by payments"])
    assert.ok(stdout.includes(word), stdout);
});

test("a redrive without --yes says what it would do, and does nothing", async () => {
  const folder = await withLetters();
  const { status, lines } = troupe("dead-letters", "redrive", "--all", "--data", folder);
  assert.equal(status, 0);
  assert.deepEqual(lines.slice(0, 2), ["would redrive payments/orders/0/3", "would redrive payments/orders/0/10"]);
  assert.equal(lines.at(-1), "2 dead letters to redrive; nothing was done, --yes does it");
  assert.equal((await lettersIn(folder)).length, 5);
  assert.deepEqual(await recordsIn(folder), []);
});

test("a redrive puts records back in order, for their group alone, counted, and removes their letters", async () => {
  const folder = await withLetters();
  const { status, stdout } = troupe("dead-letters", "redrive", "--group", "payments", "--yes", "--data", folder);
  assert.equal(status, 0, stdout);
  const records = await recordsIn(folder);
  assert.deepEqual(
    records.map(({ value, headers }) => [Buffer.from(value ?? []).toString(), headers["ce_id"], headers["troupe_redrive_group"]]),
    [
      ["record 3", "m-3", "payments"],
      ["record 10", "m-10", "payments"],
    ],
  );
  assert.deepEqual(
    records.map(({ headers }) => headers["troupe_redrives"]),
    ["1", "1"],
  );
  assert.deepEqual(await lettersIn(folder), ["payments/orders/0/11", "payments/orders/0/12", "shipping/orders/0/3"]);
  assert.match(stdout, /^skip payments\/orders\/0\/11: it came back 3 times already; --force redrives it once more$/m);
  assert.match(stdout, /^skip payments\/orders\/0\/12: its bytes were not kept/m);
});

test("--force redrives what came back too often and what is too old, but nothing without bytes", async () => {
  const folder = await withLetters();
  const ids = ["payments/orders/0/11", "payments/orders/0/12", "shipping/orders/0/3"];
  const { stdout } = troupe("dead-letters", "redrive", ...ids, "--force", "--yes", "--json", "--data", folder);
  const { done, skipped } = JSON.parse(stdout) as { readonly done: readonly string[]; readonly skipped: ReadonlyArray<{ id: string }> };
  assert.deepEqual([done, skipped.map(({ id }) => id)], [["payments/orders/0/11", "shipping/orders/0/3"], ["payments/orders/0/12"]]);
  assert.deepEqual(
    (await recordsIn(folder)).map(({ headers }) => headers["troupe_redrives"]),
    ["4", "1"],
  );
});

test("letters are dropped one by one and by filter, after a look", async () => {
  const folder = await withLetters();
  assert.equal(troupe("dead-letters", "drop", "payments/orders/0/3", "--data", folder).status, 0);
  assert.equal((await lettersIn(folder)).length, 5);
  troupe("dead-letters", "drop", "payments/orders/0/3", "--yes", "--data", folder);
  troupe("dead-letters", "drop", "--code", "RECORD_TOO_OLD", "--yes", "--data", folder);
  assert.deepEqual(await lettersIn(folder), ["payments/orders/0/10", "payments/orders/0/11", "payments/orders/0/12"]);
});

test("every mistake is one sentence that says what is allowed", async () => {
  const folder = await withLetters();
  const at = ["--data", folder];
  const MISTAKES: ReadonlyArray<readonly [args: readonly string[], sentence: RegExp]> = [
    [["dead-letters", "lst", ...at], /^OPTION_UNKNOWN: Option `lst` is not known; did you mean list\?/],
    [
      ["dead-letters", "redrive", ...at],
      /^OPTION_INVALID: Option ids is `\(nothing\)`; allowed is one or more ids, a filter such as --code, or --all\.$/,
    ],
    [
      ["dead-letters", "drop", "nobody/1", ...at],
      /^OPTION_INVALID: Option id is `nobody\/1`; allowed is an id that `npm run troupe -- dead-letters list` shows\.$/,
    ],
    [["parked", "retry", "default/x/1", ...at], /^OPTION_INVALID: Option id is `default\/x\/1`; .*parked list/],
    [["parked", "list", "--since", "yesterday", ...at], /^OPTION_INVALID: Option --since is `yesterday`; allowed is e\.g\. 30m/],
    [["dead-letters", "list", "--grup", "a", ...at], /^OPTION_UNKNOWN: .*--group/],
    [["dead-letters", "show", ...at], /^OPTION_INVALID: /],
    [
      ["parked", "list", "--data", join(folder, "nowhere")],
      /^DATA_FOLDER_UNUSABLE: .*there is none; name the folder of the platform with --data\.$/,
    ],
  ];
  for (const [[name = "", ...args], sentence] of MISTAKES) {
    const refused = await commandOf(name, OPERATE)(args).then(() => "it was taken", explain);
    assert.match(refused, sentence);
  }
});
