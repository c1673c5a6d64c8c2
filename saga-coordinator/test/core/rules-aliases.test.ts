import assert from "node:assert/strict";
import { test } from "node:test";
import { type AliasFact, type AliasState, aliasOf, reactAlias, UNKNOWN_ALIAS, type WaitingEvent } from "../../src/core/index.ts";
import { compileRead, Play } from "./support/play.ts";

const PAYING = compileRead(`
saga: paying
correlate: { default: event.orderId, PaymentSettled: { alias: paymentId, of: event.paymentId } }
aliases: { paymentId: steps.charge.paymentId }
start: { on: Started }
deadline: 1h
steps:
  charge: { done: Charged, timeout: 1m, compensate: { none: reading only } }
  settle: { done: PaymentSettled, timeout: 10m, compensate: { none: reading only } }
`);

const settled = (identity: string): WaitingEvent => ({
  event: "PaymentSettled",
  payload: { paymentId: "pay-7" },
  identity,
  effect: null,
  causationId: null,
  role: null,
});
const at = { now: 1_000, patienceMillis: 500, name: "paying.paymentId/pay-7" };

function alias(...facts: readonly AliasFact[]): { readonly state: AliasState; readonly effects: ReturnType<typeof reactAlias>["effects"] } {
  return facts.reduce<ReturnType<typeof reactAlias>>(
    ({ state, effects }, fact) => {
      const reaction = reactAlias(state, fact, at);
      return { state: reaction.state, effects: [...effects, ...reaction.effects] };
    },
    { state: UNKNOWN_ALIAS, effects: [] },
  );
}

test("rule 15: a saga claims an alias when its value is first known, once, and new values add", () => {
  const play = new Play(PAYING);
  play.event("Started");
  assert.equal(play.state.claims, undefined);
  const claims = play.given("Charged", { paymentId: "pay-7" }).filter(({ kind }) => kind === "control");
  assert.deepEqual(
    claims.map((effect) => effect.kind === "control" && [effect.event, effect.payload]),
    [["AliasClaimed", { value: "pay-7", alias: "paymentId", sagaId: "o-1", definition: "paying" }]],
  );
  assert.deepEqual(play.given("Charged", { paymentId: "pay-7" }), []);
  assert.deepEqual(play.state.claims, { paymentId: ["pay-7"] });
  play.assertRefolds();
});

test("rule 15: an event that carries an alias is found by it, and not by the saga id", () => {
  assert.deepEqual(aliasOf(PAYING, { name: "PaymentSettled", payload: { paymentId: "pay-7", orderId: "o-9" } }), {
    alias: "paymentId",
    value: "pay-7",
  });
  for (const payload of [{ paymentId: null }, { paymentId: "" }, {}])
    assert.equal(aliasOf(PAYING, { name: "PaymentSettled", payload }), undefined);
  assert.equal(aliasOf(PAYING, { name: "Charged", payload: { paymentId: "pay-7" } }), undefined);
});

test("rule 15: an event of a value that is claimed is handed on to the saga that has it", () => {
  const { effects } = alias({ kind: "claimed", by: "o-1" }, { kind: "event", event: settled("e-1") });
  assert.deepEqual(effects, [{ kind: "forward", to: "o-1", event: settled("e-1") }]);
});

test("rule 15: events that come before the value is known wait, and go on in their order when it is claimed", () => {
  const waiting = alias({ kind: "event", event: settled("e-1") }, { kind: "event", event: settled("e-2") });
  assert.deepEqual([waiting.effects, waiting.state.dueAt], [[], 1_500]);
  const { state, effects } = alias(
    { kind: "event", event: settled("e-1") },
    { kind: "event", event: settled("e-2") },
    { kind: "claimed", by: "o-1" },
  );
  assert.deepEqual(
    effects.map((effect) => effect.kind === "forward" && effect.event.identity),
    ["e-1", "e-2"],
  );
  assert.deepEqual(state, { owner: "o-1", waiting: [], dueAt: null });
});

test("rule 15: the first claim wins; the same saga may repeat it, another one is refused with the owner named", () => {
  const { state, effects } = alias({ kind: "claimed", by: "o-1" }, { kind: "claimed", by: "o-1" }, { kind: "claimed", by: "o-2" });
  assert.deepEqual(effects, [{ kind: "refuse", by: "o-2", owner: "o-1" }]);
  assert.equal(state.owner, "o-1");
});

test("rule 15: a saga whose claim is refused is stuck, with both sagas named", () => {
  const play = new Play(PAYING);
  play.event("Started");
  play.given("Charged", { paymentId: "pay-7" });
  play.fact({ kind: "act", identity: "r", name: "aliasRefused", data: { alias: "paymentId", value: "pay-7", owner: "o-0" } });
  assert.equal(play.state.stuck?.at(0)?.cause, "the alias paymentId pay-7 belongs to paying/o-0, so paying/o-1 can't claim it");
  play.assertRefolds();
});

test("rule 15: events that nobody claims in time are alarmed and kept, and a late claim still takes them up", () => {
  const { state, effects } = alias({ kind: "event", event: settled("e-1") }, { kind: "patience" }, { kind: "claimed", by: "o-1" });
  assert.deepEqual(effects, [
    { kind: "unclaimed", events: 1 },
    { kind: "forward", to: "o-1", event: settled("e-1") },
  ]);
  assert.equal(state.owner, "o-1");
});

test("rule 15: a bounded number of events waits for a claim", () => {
  const facts = Array.from({ length: 100 }, (_, index): AliasFact => ({ kind: "event", event: settled(`e-${index}`) }));
  const { state } = alias(...facts);
  assert.throws(() => reactAlias(state, { kind: "event", event: settled("e-x") }, at), { code: "EARLY_EVENTS_FULL" });
});
