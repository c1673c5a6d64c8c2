import assert from "node:assert/strict";
import { test } from "node:test";
import { readState, viewSaga } from "../../../src/core/index.ts";
import type { Move } from "../../../src/core/moves.ts";
import { causeOf, sentenceOf } from "../../../src/core/view/timeline.ts";
import { compile, compileRead, Play } from "../support/play.ts";
import { chain, playing } from "../support/sagas.ts";

const viewOf = (play: Play): ReturnType<typeof viewSaga> => viewSaga(play.definition, play.state, play);
const storyOf = (play: Play): readonly string[] =>
  viewOf(play).timeline.flatMap(({ cause, changes }) => [cause, ...changes.map(({ text }) => `  ${text}`)]);

for (const [name, sentence] of [
  ["timeout:a", "a got no answer in time"],
  ["undoTimeout:a", "the undo of a got no answer in time"],
  ["retry:a", "it was time to ask a again"],
  ["undoRetry:a", "it was time to ask for the undo of a again"],
  ["wait:a", "the time of a came"],
  ["repeat:a", "it was time for the next round of a"],
  ["outcome:a", "the outcome of a did not come in time"],
  ["deadline", "the deadline passed"],
  ["patience", "no start came in time"],
  ["of another version", "the timer of another version was due"],
] as const) {
  test(`the timer ${name} is told as: ${sentence}`, () => {
    assert.equal(causeOf({ kind: "timer", identity: "i", name, dueAt: 1 }), sentence);
  });
}

const SENT = { kind: "sent", action: "do", step: "a", event: "DoA", payload: {}, id: "i", effect: "e", attempt: 1, sending: 1 } as const;
const MOVES: readonly (readonly [Move, string])[] = [
  [{ kind: "kept", event: "E" }, "E waits for the start"],
  [{ kind: "unmatched" }, "the events that came are kept without a start"],
  [{ kind: "claimed", alias: "pay", value: "p-1" }, "pay p-1 is claimed for the saga"],
  [{ kind: "declined", cause: "the guard is false" }, "no saga comes of it: the guard is false"],
  [{ kind: "skipped", step: "a" }, "a is skipped: its guard is false"],
  [{ kind: "pruned", step: "a" }, "a is not taken: another way was"],
  [{ kind: "replaced", step: "a", by: "b" }, "a is given up for b"],
  [{ kind: "repeating", step: "a", round: 2, againAt: 5 }, "a will be asked once more, as round 2"],
  [{ kind: "refused", act: "cancel", reason: "it has ended" }, "cancel was refused: it has ended"],
  [{ kind: "done", step: "a", late: true, event: "E" }, "a succeeded late, so it has to be undone"],
  [{ kind: "done", step: "a", late: false, event: "E" }, "a is done"],
  [{ kind: "attemptFailed", step: "a", action: "undo", reason: "EFailed", againAt: 5 }, "the undo of a will be asked again: EFailed"],
  [{ kind: "attemptFailed", step: "a", action: "do", reason: "EFailed", againAt: 5 }, "a will be asked again: EFailed"],
  [{ kind: "turned", step: null, cause: "the deadline passed" }, "the saga turned back: the deadline passed"],
  [{ kind: "turned", step: "a", cause: "EFailed" }, "the saga turned back: a, EFailed"],
  [{ kind: "completed" }, "the saga completed"],
  [{ ...SENT, sending: 1 }, "DoA was sent for a"],
  [{ ...SENT, sending: 2 }, "DoA was sent again (sending 2) for a"],
  [{ ...SENT, action: "undo", sending: 3 }, "DoA was sent again (sending 3) for the undo of a"],
  [{ kind: "unstuck" }, "the saga goes on"],
  [{ kind: "unexpected", event: "E", reason: "nobody asked", alarm: false }, "E was not expected: nobody asked"],
  [{ kind: "recorded", event: "E", reason: "it was known" }, "E changed nothing: it was known"],
  [{ kind: "contradiction", step: "a", event: "E", reason: "it failed" }, "E contradicts what is known of a: it failed"],
  [{ kind: "deadlineIgnored", reason: "the pivot has passed" }, "the deadline has no effect: the pivot has passed"],
];
for (const [move, sentence] of MOVES) test(`a move is told as: ${sentence}`, () => assert.equal(sentenceOf(move), sentence));

test("the story of a saga that was cancelled names the operator's act, and what was undone in which order", () => {
  const play = playing(chain, "ADone", "BDone");
  play.fact({ kind: "act", identity: "cancel-1", name: "cancel", data: { reason: "the customer called" } });
  play.events("CUndone", "BUndone", "AUndone");
  const story = storyOf(play);
  assert.ok(story.includes("an operator acted: cancel"), story.join("\n"));
  assert.deepEqual(
    story.filter((line) => line.includes("undo")),
    [
      "  undoing c",
      "  UndoC was sent for the undo of c",
      "  c is undone",
      "  undoing b",
      "  UndoB was sent for the undo of b",
      "  b is undone",
      "  undoing a",
      "  UndoA was sent for the undo of a",
      "  a is undone",
      "  the saga is compensated: everything is undone",
    ],
  );
});

test("a saga that ended has nothing that remains, and one that runs says what it waits for", () => {
  const play = playing(chain, "ADone");
  assert.deepEqual(viewOf(play).remains.openSteps, ["b"]);
  assert.deepEqual(
    viewOf(play).remains.timers.map(({ kind, step }) => [kind, step]),
    [
      ["timeout", "b"],
      ["deadline", null],
    ],
  );
  assert.equal(viewOf(play).endedAt, null);
  play.events("BDone", "CDone");
  assert.deepEqual(viewOf(play).remains, { openSteps: [], undos: [], timers: [] });
  assert.equal(viewOf(play).endedAt, play.now);
});

test("of a saga that turns no step counts as open, although its answer may still come", () => {
  const play = playing(chain, "ADone", "BFailed");
  assert.deepEqual(viewOf(play).remains.openSteps, []);
  assert.deepEqual(viewOf(play).remains.undos, ["a"]);
  assert.equal(viewOf(play).steps[1]?.reason, "BFailed");
});

test("the elements of a fan-out are shown in the order of its list, each with why it failed", () => {
  const definition = compileRead(`
saga: lines
start: { on: Started }
steps:
  ship:
    forEach: start.lines
    as: line
    key: line
    answerKey: event.line
    command: { emit: Ship, with: { line: line } }
    done: Shipped
    failed: ShipFailed
    timeout: 1m
    retry: { attempts: 1 }
    compensate: { emit: Unship, with: { line: line }, done: Unshipped }
`);
  const play = new Play(definition);
  play.given("Started", { lines: ["b", "a"] });
  play.given("Shipped", { line: "a" });
  play.given("ShipFailed", { line: "b" });
  assert.deepEqual(viewOf(play).steps[0]?.elements, [
    { key: "b", status: "failed", reason: "ShipFailed" },
    { key: "a", status: "undoing", reason: null },
  ]);
});

test("a human step shows whose it is, and a step that is asked shows how often", () => {
  const definition = compile(`
saga: approve
start: { on: Started }
steps:
  ask:
    command: { emit: Ask }
    done: Asked
    failed: AskFailed
    timeout: 10s
    retry: { attempts: 2, backoff: 1s, jitter: 0 }
    compensate: { none: it only asks }
  decide: { after: [ask], human: { role: clerk }, done: Approved, timeout: 1h, compensate: { none: it only decides } }
`);
  const play = new Play(definition);
  play.events("Started", "AskFailed");
  play.pass(2_000);
  const [ask, decide] = viewOf(play).steps;
  assert.equal(ask?.sendings, 2);
  assert.equal(ask?.undoSendings, 0);
  assert.equal(ask?.reason, null, "it is asked again, so it has not failed");
  assert.equal(decide?.sendings, 0);
  assert.equal(decide?.role, "clerk");
  assert.equal(ask?.role, null);
  assert.equal(decide?.round, 1);
});

test("a state that was stored as JSON is the same state when it is read back", () => {
  const play = playing(chain, "ADone");
  assert.deepEqual(readState(JSON.parse(JSON.stringify(play.state))), play.state);
});
