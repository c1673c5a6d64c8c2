import assert from "node:assert/strict";
import { test } from "node:test";
import { viewSaga } from "../../../src/core/index.ts";
import { compile, Play } from "../support/play.ts";
import { act, refusal } from "./acting.ts";

const FANNED = compile(`
saga: fanned
start: { on: Started }
deadline: 1h
steps:
  f:
    forEach: start.lines
    as: line
    key: line
    answerKey: event.key
    done: FDone
    failed: FFailed
    timeout: 10s
    compensate: { emit: UndoF, with: { key: line }, done: FUndone, timeout: 10s, retry: { attempts: 1 } }
  g: { after: [f], done: GDone, failed: GFailed, timeout: 1m, compensate: { none: it has no effect } }
`);
const fanned = (...done: string[]): Play => {
  const play = new Play(FANNED);
  play.given("Started", { lines: ["k", "l"] });
  for (const key of done) play.given("FDone", { key });
  return play;
};

test("an act names one element of a fan-out, or is meant for all of them for which it makes sense", () => {
  const one = fanned("k");
  assert.equal(refusal(one, "settle-as-done", { step: "f", element: "m" }), "f has no element m; it has k, l");
  act(one, "settle-as-done", { step: "f", element: "l" });
  assert.deepEqual([one.status("f"), one.status("g")], ["done", "open"]);
  const all = fanned();
  act(all, "settle-as-done", { step: "f" });
  assert.deepEqual([all.status("f/k"), all.status("f/l"), all.status("f")], ["done", "done", "done"]);
  const failed = fanned("k");
  act(failed, "settle-as-failed", { step: "f" });
  assert.deepEqual([failed.status("f/k"), failed.status("f/l"), failed.status("f")], ["undoing", "failed", "failed"]);
  for (const play of [one, all, failed]) play.assertRefolds();
});

test("the waived elements of a fan-out are named; the step as a whole is not", () => {
  const play = fanned("k", "l");
  play.event("GFailed");
  play.pass(30_000);
  act(play, "waive-undo", { step: "f", element: "l" });
  play.given("FUndone", { key: "k" });
  play.pass(30_000);
  if (play.status("f/k") !== "undone") act(play, "settle-as-no-effect", { step: "f", element: "k" });
  assert.equal(play.state.status, "compensated");
  assert.deepEqual(viewSaga(FANNED, play.state, { history: play.history }).waived, ["f/l"]);
  play.assertRefolds();
});

test("an element that holds the saga up is named with what helps against it, and nothing else of the fan-out is touched", () => {
  const play = fanned("k", "l");
  play.event("GFailed");
  play.given("FUndone", { key: "l" });
  play.pass(30_000);
  assert.deepEqual([play.status("f/k"), play.status("f/l")], ["undoUsedUp", "undone"]);
  const [cause] = play.state.stuck ?? [];
  assert.deepEqual([cause?.step, cause?.actions], ["f/k", ["retry", "settle-as-no-effect", "waive-undo"]]);
  act(play, "waive-undo", { step: "f", element: "k" });
  assert.deepEqual([play.status("f"), play.state.status], ["waived", "compensated"]);
  play.assertRefolds();
});
