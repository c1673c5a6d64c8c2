import assert from "node:assert/strict";
import { test } from "node:test";
import type { Payload } from "@troupe/kernel";
import fc from "fast-check";
import { type CompiledDefinition, OPERATOR_ACTIONS, type OperatorAction, type SagaState } from "../../../src/core/index.ts";
import type { Play } from "../support/play.ts";
import { Play as NewPlay } from "../support/play.ts";
import { randomDefinition } from "../support/random-definition.ts";
import { assertSound, assertWaitsForSomething, bringToEnd, waitsForChild } from "../support/walk-laws.ts";
import { act, refusal } from "./acting.ts";

/** An event or an act, then time. */
type Happening = { readonly event: number; readonly act: number; readonly step: number; readonly again: boolean; readonly millis: number };
const happening: fc.Arbitrary<Happening> = fc.record({
  ...{ event: fc.nat(60), act: fc.nat(24), step: fc.nat(11), again: fc.boolean() },
  millis: fc.constantFrom(0, 0, 500, 5_000, 21_000),
});
const walk = fc.record({
  definition: randomDefinition,
  start: fc.record({
    ...{ g0: fc.boolean(), g1: fc.boolean(), g2: fc.boolean(), g3: fc.boolean(), g4: fc.boolean(), g5: fc.boolean() },
    lines: fc.constantFrom<readonly string[]>([], ["a"], ["a", "b"]),
  }),
  happenings: fc.array(happening, { maxLength: 30 }),
});
type Walk = { readonly definition: CompiledDefinition; readonly start: Payload; readonly happenings: readonly Happening[] };

type Seen = { [what: string]: number };

function perform({ definition, start, happenings }: Walk, seen: Seen): Play {
  const play = new NewPlay(definition);
  play.watch = () => assertWaitsForSomething(play);
  play.given("Started", start);
  const events = [...definition.wants].filter((name) => name !== "Started");
  for (const { event, act: which, step, again, millis } of happenings) {
    const name = events[event % events.length];
    const offered = OPERATOR_ACTIONS[which];
    if (offered !== undefined) acts(play, { name: offered, step, event: name ?? "Started", seen });
    else if (name !== undefined) play.given(name, { key: event > 30 ? "a" : "b", again });
    if (millis > 0) play.pass(millis);
  }
  return play;
}

function acts(play: Play, { name, step, event, seen }: { name: OperatorAction; step: number; event: string; seen: Seen }): void {
  const { steps } = play.definition;
  const target = steps[step % steps.length]?.name ?? "";
  const before: SagaState = play.state;
  const data =
    name === "edit-data"
      ? { payload: { g0: step > 5 } }
      : name === "signal"
        ? { event, payload: { key: "a", again: step > 5 } }
        : { step: target };
  const refused = refusal(play, name, data);
  const what = refused === undefined ? name : `${name} refused`;
  seen[what] = (seen[what] ?? 0) + 1;
  if (before.stuck !== undefined && play.state.stuck === undefined) seen["unstuck"] = (seen["unstuck"] ?? 0) + 1;
}

/** Undoes what is used up, and settles what nobody answers. */
function helpOut(play: Play): void {
  for (let round = 0; round < 20 && play.state.stuck !== undefined; round++) {
    const [cause] = play.state.stuck;
    const [name] = cause?.actions ?? [];
    if (cause === undefined || name === undefined) return;
    const [step = "", element] = cause.step?.split("/") ?? [];
    act(play, name, { step, ...(element === undefined ? {} : { element }) });
    bringToEnd(play);
  }
}

test("whatever operators do, at whatever moment: nothing throws, the saga ends or waits for something, and its history folds to its state", () => {
  const seen: Seen = {};
  fc.assert(
    fc.property(walk, (given) => {
      const play = perform(given, seen);
      assertSound(play);
      play.pass(3_600_000);
      const { status, stuck } = play.state;
      assert.ok(
        !["running", "compensating"].includes(status) || stuck !== undefined || waitsForChild(play),
        `after an hour of silence it is ${status} and not stuck`,
      );
      bringToEnd(play);
      helpOut(play);
      assert.ok(!["running", "compensating"].includes(play.state.status), `with everybody's help it is still ${play.state.status}`);
      assertSound(play);
    }),
    { numRuns: 400, seed: 18 },
  );
  for (const what of [...OPERATOR_ACTIONS, "unstuck", "retry refused", "waive-undo refused"]) {
    assert.ok((seen[what] ?? 0) > 5, `${what} happened ${seen[what] ?? 0} times: ${JSON.stringify(seen)}`);
  }
});
