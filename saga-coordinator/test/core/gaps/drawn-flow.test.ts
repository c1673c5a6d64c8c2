import assert from "node:assert/strict";
import { test } from "node:test";
import { flowOf, mermaidOf } from "../../../src/core/diagram/index.ts";
import { unchecked } from "../support/unchecked.ts";

const EVERYTHING = `
saga: everything
title: 'All "kinds" & <ways> #1'
start: { on: Started, if: start.total > 0 }
deadline: 7d
steps:
  watch: { done: [Watched, { on: Seen, if: event.ok }], failed: Missed, timeout: 1m, compensate: { emit: Unwatch, done: [Unwatched, Gone] } }
  ask:
    command: { emit: Ask }
    done: Asked
    timeout: 10s
    retry: { attempts: 3 }
    repeat: { while: event.more, every: 30s, max: 4 }
    compensate: { none: it only asks }
  pack: { forEach: start.lines, as: line, key: line.sku, command: { emit: Pack }, done: Packed, compensate: { emit: Unpack, done: Unpacked } }
  approve: { after: { any: [watch, ask] }, human: { role: clerk }, done: Approved, timeout: 2d, compensate: { none: it only decides } }
  extras: { after: { atLeast: 2, of: [watch, ask, pack] }, if: start.extras, optional: true, command: { emit: Extra }, done: Extras, timeout: 1h, compensate: { emit: NoExtra, done: NoExtras } }
  alone: { after: { any: [pack] }, wait: 1h }
  later: { after: [alone], until: start.at }
  fast: { after: [approve], choice: route, if: start.fast, command: { emit: Fly }, done: Flown, fallback: drive, compensate: { none: it flew } }
  slow: { after: [approve], choice: route, otherwise: true, command: { emit: Sail }, done: Sailed, pivot: true }
  drive: { command: { emit: Drive }, done: Driven, compensate: { none: it drove } }
  settle: { after: [fast], saga: settlement, with: { id: saga.id }, timeout: 1h }
  joined: { after: { any: [fast, slow] }, done: Joined, compensate: { none: it only looks } }
`;
const flow = flowOf(unchecked(EVERYTHING));
const arrows = flow.edges.map(
  ({ from, to, label, kind }) => `${from} ${kind === "fallback" ? "-.->" : "-->"} ${to}${label === undefined ? "" : `: ${label}`}`,
);
const box = (name: string): unknown => flow.nodes.find((node) => node.id === name);

test("steps without a predecessor begin at the start, and what nobody waits for leads to the end", () => {
  assert.deepEqual(
    arrows.filter((arrow) => arrow.startsWith("START") || arrow.endsWith("END")),
    ["START --> watch", "START --> ask", "START --> pack", "extras --> END", "later --> END", "settle --> END", "joined --> END"],
  );
});

test("a choice is one place with an arrow for each way, named by its guard", () => {
  assert.deepEqual(
    arrows.filter((arrow) => arrow.includes("CHOICE")),
    ["approve --> CHOICE_route", "CHOICE_route --> fast: start.fast", "CHOICE_route --> slow: otherwise"],
  );
});

test("a join of several is drawn with how many it needs; a join of one is an arrow", () => {
  assert.deepEqual(
    flow.nodes.filter(({ kind }) => kind === "join"),
    [
      { kind: "join", id: "JOIN_approve", text: "any" },
      { kind: "join", id: "JOIN_extras", text: "2 of 3" },
      { kind: "join", id: "JOIN_joined", text: "any" },
    ],
  );
  assert.ok(arrows.includes("pack --> alone"));
  assert.ok(arrows.includes("JOIN_extras --> extras"));
});

test("a fallback hangs on its primary, and leads to whoever waits for that", () => {
  assert.deepEqual(
    arrows.filter((arrow) => arrow.includes("drive")),
    ["fast -.-> drive: if it fails", "drive --> settle", "drive --> JOIN_joined"],
  );
});

test("the start says what begins the saga and how long it may take", () => {
  assert.deepEqual(box("START"), { kind: "start", id: "START", text: "Started if start.total > 0, at most 7d" });
  const cron = flowOf(unchecked('saga: s\nstart: { cron: "0 6 * * *", zone: Europe/Berlin, emit: Started }\nsteps:\n  a: { wait: 1h }\n'));
  assert.deepEqual(cron.nodes[0], { kind: "start", id: "START", text: "cron 0 6 * * * Europe/Berlin" });
  assert.equal(cron.title, "s");
});

for (const [name, badge, lines, undo] of [
  ["watch", "observed", ["done: Watched or Seen if event.ok", "failed: Missed", "within 1m"], "undo: Unwatch, done: Unwatched or Gone"],
  [
    "ask",
    "asked · repeated",
    ["asks Ask", "done: Asked", "again while event.more, every 30s, at most 4", "within 10s, 3 attempts"],
    "nothing to undo: it only asks",
  ],
  ["pack", "asked · for each line", ["each of start.lines", "asks Pack", "done: Packed"], "undo: Unpack, done: Unpacked"],
  ["approve", "person: clerk", ["done: Approved", "within 2d"], "nothing to undo: it only decides"],
  ["extras", "asked · optional", ["only if start.extras", "asks Extra", "done: Extras", "within 1h"], "undo: NoExtra, done: NoExtras"],
  ["alone", "wait", ["waits 1h"], undefined],
  ["later", "wait", ["waits until start.at"], undefined],
  ["fast", "asked", ["asks Fly", "done: Flown"], "nothing to undo: it flew"],
  ["slow", "asked · pivot", ["asks Sail", "done: Sailed"], undefined],
  ["settle", "saga settlement", ["within 1h"], "undo: settlement is compensated"],
] as const) {
  test(`the box of ${name} says what it is, what it waits for and how it is undone`, () => {
    const found = flow.nodes.find((node) => node.id === name);
    assert.ok(found?.kind === "step");
    assert.deepEqual([found.badge, found.lines, found.undo], [badge, lines, undo]);
  });
}

test("undos that run together are drawn so", () => {
  const { nodes } = flowOf(unchecked(`compensation: parallel\n${EVERYTHING.trimStart()}`));
  const watch = nodes.find(({ id }) => id === "watch");
  assert.ok(watch?.kind === "step");
  assert.equal(watch.undo, "undo (together): Unwatch, done: Unwatched or Gone");
});

test("the drawing is Mermaid that shows kinds by their brackets, and escapes what Mermaid would read", () => {
  const lines = mermaidOf(flow).split("\n");
  assert.deepEqual(lines.slice(0, 4), ["---", 'title: "All \\"kinds\\" & <ways> #1"', "---", "flowchart TD"]);
  for (const line of [
    '  START(["Started if start.total #gt; 0, at most 7d"])',
    '  CHOICE_route{"route"}',
    '  JOIN_extras(("2 of 3"))',
    '  watch["<b>watch</b> (observed)<br/>done: Watched or Seen if event.ok<br/>failed: Missed<br/>within 1m"]',
    '  watch_undo>"undo: Unwatch, done: Unwatched or Gone"]',
    "  watch -.- watch_undo",
    '  pack[["<b>pack</b> (asked · for each line)<br/>each of start.lines<br/>asks Pack<br/>done: Packed"]]',
    '  approve[/"<b>approve</b> (person: clerk)<br/>done: Approved<br/>within 2d"\\]',
    '  alone{{"<b>alone</b> (wait)<br/>waits 1h"}}',
    '  settle[("<b>settle</b> (saga settlement)<br/>within 1h")]',
    '  fast -.->|"if it fails"| drive',
    '  CHOICE_route -->|"start.fast"| fast',
    "  approve --> CHOICE_route",
    "  class slow pivot",
    "  class extras optional",
    '  END(["completed"])',
  ])
    assert.ok(lines.includes(line), `${line}\nis not in\n${lines.join("\n")}`);
  assert.match(lines.find((line) => line.endsWith(" undo")) ?? "", /^ {2}class watch_undo,ask_undo,pack_undo,/);
  assert.ok(!lines.includes("  alone -.- alone_undo"), "a wait has no undo to draw");
});

test("classes that no step has are left out", () => {
  const text = mermaidOf(flowOf(unchecked("saga: s\nstart: { on: Started }\nsteps:\n  a: { wait: 1h }\n")));
  assert.doesNotMatch(text, /^ {2}class /m);
  assert.match(mermaidOf({ ...flow, nodes: [{ kind: "start", id: "S", text: 'a#"<' }], edges: [] }), /S\(\["a#35;#quot;#lt;"\]\)/);
});
