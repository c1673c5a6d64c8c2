import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "@troupe/kernel";
import { childContract, type StuckCause } from "../../../src/core/index.ts";
import { alarmsIn, compileRead, Play } from "../support/play.ts";
import { chain, playing } from "../support/sagas.ts";
import { act, refusal } from "./acting.ts";
import { WAYS } from "./stuck-ways.ts";

for (const { way, stuck, offered, brings = {}, afterwards = {} } of WAYS) {
  test(`stuck by ${way}: exactly what helps is offered, and every act that is offered gets the saga going`, () => {
    const held = stuck();
    const [cause, ...others] = held.state.stuck ?? [];
    assert.ok(cause !== undefined && others.length === 0, JSON.stringify(held.state.stuck));
    assert.deepEqual(cause.actions, offered);
    assert.ok(alarmsIn(held.effects).includes("saga-stuck"), "somebody is told");
    for (const name of offered) {
      const play = stuck();
      const [step, element]: readonly (string | undefined)[] = (held.state.stuck?.[0]?.step ?? "").split("/").filter((part) => part !== "");
      const about: JsonObject = { ...(step === undefined ? {} : { step }), ...(element === undefined ? {} : { element }) };
      const data: JsonObject = { ...(name === "edit-data" ? {} : about), ...brings[name] };
      assert.equal(refusal(play, name, data), undefined, name);
      afterwards[name]?.(play);
      const left: readonly StuckCause[] = (play.state.stuck ?? []).filter((other) => other.cause === cause.cause);
      assert.deepEqual(left, [], `${name} of ${JSON.stringify(data)}`);
      play.assertRefolds();
    }
  });
}

test("a stuck sub-saga offers nothing to its parent: what helps is done to the sub-saga", () => {
  const contract = childContract(
    compileRead(
      `saga: child\ncorrelate: { default: event.id }\nstart: { on: Begin }\ndeadline: 1h\nsteps:\n  x: { done: XDone, timeout: 1m, compensate: { none: nothing } }\n`,
    ),
  );
  assert.ok(contract);
  const parent = compileRead(
    `saga: s\nstart: { on: Started }\ndeadline: 1h\nsteps:\n  a: { saga: child, with: { id: saga.id } }\n`,
    new Map([["child", contract]]),
  );
  const play = playing(parent);
  play.event("SagaStuck", { payload: { cause: "its undo is used up" }, effect: play.requests[0]?.effect ?? "" });
  const [cause] = play.state.stuck ?? [];
  assert.deepEqual([cause?.step, cause?.actions], ["a", []]);
  assert.match(refusal(play, "resume") ?? "", /nothing of it can be tried again: the sub-saga o-1 of a is stuck: its undo is used up/);
  play.assertRefolds();
});

test("events that wait for a start that does not come offer to bring it, or to decline the saga", () => {
  const waiting = (): Play => {
    const play = new Play(chain);
    play.event("ADone");
    return play;
  };
  const effects = waiting().pass(3_600_000);
  const alarm = effects.find(({ kind }) => kind === "alarm");
  assert.deepEqual(alarm?.kind === "alarm" && alarm.actions, ["signal", "cancel"]);
  const started = waiting();
  started.pass(3_600_000);
  assert.equal(refusal(started, "signal", { event: "Started" }), undefined);
  assert.deepEqual([started.state.status, started.status("a"), started.status("b")], ["running", "done", "open"]);
  started.assertRefolds();
  const declined = waiting();
  declined.pass(3_600_000);
  act(declined, "cancel");
  assert.equal(declined.state.status, "declined");
});
