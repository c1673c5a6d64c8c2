import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type CompiledDefinition, type Replayed, replay } from "../../src/core/index.ts";
import { Life, version } from "./support/life.ts";
import { compileRead, Play } from "./support/play.ts";
import { randomDefinition } from "./support/random-definition.ts";
import { CHAIN } from "./support/sagas.ts";

const chain = compileRead(CHAIN);
/** CHAIN with other text, as version 2. */
const changed = (from: string | RegExp, to: string): CompiledDefinition => ({ ...compileRead(CHAIN.replace(from, to)), version: 2 });

function played(definition: CompiledDefinition, ...events: readonly string[]): Play {
  const play = new Play(definition);
  play.events(...events);
  return play;
}

function replayed(play: Play, other: CompiledDefinition, now = play.now): Replayed {
  return replay({ running: play.definition, other, now }, { tenant: "default", id: "o-1", history: play.history });
}

/** Kind and sentence of what would be different; null for nothing. */
const told = ({ difference }: Replayed): readonly [string, string] | null =>
  difference === null ? null : [difference.kind, difference.sentence];

test("through its own version no history comes out otherwise, whatever happened and however late its timers were", () => {
  const happening = fc.record({ event: fc.nat(60), answers: fc.nat(9), claims: fc.boolean(), cancel: fc.nat(40), millis: fc.nat(25_000) });
  fc.assert(
    fc.property(randomDefinition, fc.array(happening, { maxLength: 25 }), fc.boolean(), (definition, happenings, late) => {
      const play = new Play(definition);
      const events = [...definition.wants];
      play.given("Started", { g0: true, g1: false, g2: true, g3: false, g4: true, g5: false, lines: ["a", "b"] });
      happenings.forEach(({ event, answers, claims, cancel, millis }, at) => {
        const request = play.requests.at(answers);
        const about = claims && request !== undefined ? { causationId: request.id, effect: request.effect } : {};
        play.event(events[event % events.length] ?? "Started", { payload: { key: "a", again: event > 30 }, ...about });
        if (cancel === 0) play.fact({ kind: "act", identity: `act-${at}`, name: "cancel", data: {} });
        if (late && event % 3 === 0)
          play.now += millis; // a coordinator that was away: what was due fires later
        else play.pass(millis);
      });
      assert.deepEqual(told(replayed(play, definition)), null);
    }),
    { numRuns: 400, seed: 3 },
  );
});

test("a version that only says things in other words changes no instance", () => {
  const play = played(chain, "Started", "ADone", "BDone", "CFailed", "BUndone", "AUndone");
  assert.equal(told(replayed(play, changed("saga: chain", "saga: chain\ntitle: A chain"))), null);
});

test("a shorter timeout that the answer would have missed is told with what it would undo", () => {
  const play = played(chain, "Started");
  play.pass(8_000);
  play.events("ADone", "BDone", "CDone");
  const difference = told(replayed(play, changed("failed: AFailed, timeout: 10s", "failed: AFailed, timeout: 5s")));
  assert.deepEqual(difference, [
    "compensates-differently",
    "it would ask for UndoA to undo a, which nobody was asked for (turned by a: no answer in 5s)",
  ]);
});

test("a longer timeout changes nothing but the moment: the answers to the undo come after the undo", () => {
  const play = played(chain, "Started");
  play.pass(10_000);
  const [undo] = play.requests;
  play.event("AUndone", { causationId: undo?.id ?? "" });
  play.pass(60_000);
  assert.equal(play.state.status, "compensated");
  const asked = compileRead(CHAIN.replace("failed: AFailed, timeout: 10s", "failed: AFailed, timeout: 30s"));
  assert.equal(told(replayed(play, asked)), null);
});

test("a compensation that is gone, another event for it, and other data in it are each told", () => {
  const play = played(chain, "Started", "ADone", "BFailed", "AUndone");
  const undoA = "compensate: { emit: UndoA, done: AUndone, failed: UndoAFailed }";
  assert.deepEqual(told(replayed(play, changed(undoA, "compensate: { none: nothing to undo }"))), [
    "compensates-differently",
    "it would not ask for UndoA to undo a (turned by b: BFailed)",
  ]);
  assert.deepEqual(told(replayed(play, changed("emit: UndoA,", "emit: TakeBackA,"))), [
    "compensates-differently",
    "it would ask for TakeBackA to undo a where it asked for UndoA (turned by b: BFailed)",
  ]);
  assert.deepEqual(told(replayed(play, changed("emit: UndoA,", `emit: UndoA, with: { why: "'late'" },`))), [
    "compensates-differently",
    'it would ask for UndoA with other data: {"why":"late"} instead of {} (turned by b: BFailed)',
  ]);
});

test("an instance that would end in another status is told with both", () => {
  const play = played(chain, "Started", "ADone", "BDone", "CFailed", "BUndone", "AUndone");
  const optional = changed("done: CDone, failed: CFailed,", "optional: true, done: CDone, failed: CFailed,");
  assert.deepEqual(told(replayed(play, optional)), ["ends-differently", "it would be completed instead of compensated"]);
});

test("a step that waits for an event nobody followed hangs, and the sentence says that nobody can tell", () => {
  const play = played(chain, "Started", "ADone", "BDone", "CDone");
  const more = `${CHAIN}  d: { after: [c], done: DDone, compensate: { none: reading only } }\n`;
  const other = { ...compileRead(more), version: 2 };
  assert.deepEqual(told(replayed(play, other)), [
    "hangs",
    "it would be running instead of completed, and wait for d (DDone; version 1 does not follow DDone, so nobody can tell whether it came)",
  ]);
  assert.deepEqual(
    told(replayed(play, other, play.now + 3_600_000))?.[0],
    "compensates-differently",
    "an hour later its deadline would have turned it",
  );
});

test("a step of another name that the same event ends is the same wait", () => {
  const play = played(chain, "Started", "ADone");
  assert.equal(told(replayed(play, changed(/\bb: \{([\s\S]*)after: \[b\]/, "bee: {$1after: [bee]"))), null);
});

test("an instance that would be stuck says on what", () => {
  const play = played(chain, "Started", "ADone", "BDone", "CDone");
  const other = changed("deadline: 1h", "deadline: 1h\nresult: { total: start.total }");
  const known = { ...other, reads: chain.reads }; // as if both read the total: it was not in the event
  const [kind, sentence] = told(replayed(play, known)) ?? [];
  assert.equal(kind, "hangs");
  assert.match(sentence ?? "", /^it would be stuck: `start.total` \(result total\) can't be computed/);
});

test("what another version reads and the history did not keep is named instead of guessed", () => {
  const play = new Play(chain);
  play.given("Started", { total: 5, note: "x" });
  play.given("ADone", { amount: 1 });
  const other = changed("emit: UndoA,", "emit: UndoA, with: { total: start.total, amount: steps.a.amount },");
  const { difference } = replayed(play, other);
  assert.equal(difference?.kind, "data-missing");
  assert.deepEqual(difference?.missing, [
    { of: "Started", fields: ["total"] },
    { of: "ADone", fields: ["amount"] },
  ]);
  assert.equal(difference?.sentence, "nobody can tell: version 2 reads what the history did not keep (Started: total; ADone: amount)");
});

test("nothing is missing as long as the event did not come", () => {
  const play = played(chain, "Started");
  assert.equal(told(replayed(play, changed("emit: UndoA,", "emit: UndoA, with: { amount: steps.a.amount },"))), null);
});

test("a person's answer that was recorded without its role can't be replayed as one", () => {
  const play = played(chain, "Started", "ADone");
  const human = changed("a: { done: ADone,", "a: { human: { role: clerk }, done: ADone,");
  assert.deepEqual(replayed(play, human).difference?.missing, [{ of: "ADone", fields: ["the role of who answered"] }]);
});

test("replaying changes neither the history nor the state that was recorded", () => {
  const play = played(chain, "Started", "ADone", "BFailed");
  const before = JSON.stringify([play.history, play.state]);
  replayed(play, changed("timeout: 10s", "timeout: 1s"));
  assert.equal(JSON.stringify([play.history, play.state]), before);
});

test("a running instance that would wait for something else says for what: an event that is known, one that is not, or a time", () => {
  const play = played(chain, "Started", "ADone");
  const more = (step: string): CompiledDefinition => ({ ...compileRead(`${CHAIN}  d: { after: [a], ${step} }\n`), version: 2 });
  for (const [step, sentence] of [
    ["done: AUndone, compensate: { none: nothing }", "it would wait for d (AUndone)"],
    ["wait: 1h", "it would wait for d"],
    [
      "done: [DDone, DFound], compensate: { none: nothing }",
      "it would wait for d (DDone or DFound; version 1 does not follow DDone, DFound, so nobody can tell whether it came)",
    ],
  ] as const) {
    assert.deepEqual(told(replayed(play, more(step))), ["hangs", sentence]);
  }
});

test("an instance that would not even have started says so", () => {
  const other = changed("start: { on: Started }", "start: { on: Begun }");
  assert.deepEqual(told(replayed(played(chain, "Started"), other)), ["hangs", "it would be awaiting instead of running"]);
});

test("a version that reads an event as a whole misses every field of it", () => {
  const other = changed("deadline: 1h", "deadline: 1h\nsearch: { all: size(start) }");
  const { difference } = replayed(played(chain, "Started"), other);
  assert.match(difference?.sentence ?? "", /\(Started: every field\)$/);
});

test("an instance that was migrated is replayed from its beginning, its migration is left out", () => {
  const [second, third] = [version(2, CHAIN.replace("1h", "2h")), version(3, CHAIN.replace("1h", "3h"))];
  const life = new Life(version(1, CHAIN), second);
  life.events("Started", "ADone");
  life.migrate(second);
  life.events("BDone", "CDone");
  const recorded = { tenant: "default", id: "o-1", history: life.history };
  const { label, difference } = replay({ running: second, other: third, versions: life.versions, now: life.now }, recorded);
  assert.deepEqual([label, difference], [second.label, null]);
  assert.throws(() => replay({ running: second, other: third, now: life.now }, recorded), /DEFINITION_NOT_LOADED|not loaded here/);
});
