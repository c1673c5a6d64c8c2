import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AliasFact,
  type AliasState,
  aliasOf,
  type Effect,
  reactAlias,
  UNKNOWN_ALIAS,
  type WaitingEvent,
} from "../../src/core/index.ts";
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

const controls = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === "control" ? [`${effect.event} ${effect.payload["value"]}`] : []));

const settled = (identity: string): WaitingEvent => ({
  event: "PaymentSettled",
  payload: { paymentId: "pay-7" },
  identity,
  effect: null,
  causationId: null,
  role: null,
});
const at = { now: 1_000, patienceMillis: 500, markerMillis: 9_000, name: "paying.paymentId/pay-7" };

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
  const { state, effects } = alias({ kind: "event", event: settled("e-1") }, { kind: "due" }, { kind: "claimed", by: "o-1" });
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

test("rule 15: an alias stays with a saga that has ended as long as a marker, then anybody may claim it", () => {
  const released = alias({ kind: "claimed", by: "o-1" }, { kind: "released", by: "o-1" });
  assert.deepEqual(released.state, { owner: "o-1", waiting: [], dueAt: 10_000 });
  const late = reactAlias(released.state, { kind: "event", event: settled("e-1") }, at);
  assert.deepEqual(late.effects, [{ kind: "forward", to: "o-1", event: settled("e-1") }]);
  assert.deepEqual(reactAlias(late.state, { kind: "claimed", by: "o-2" }, at).effects, [{ kind: "refuse", by: "o-2", owner: "o-1" }]);
  const free = reactAlias(late.state, { kind: "due" }, at);
  assert.deepEqual(free, { state: UNKNOWN_ALIAS, effects: [] });
  assert.equal(reactAlias(free.state, { kind: "claimed", by: "o-2" }, at).state.owner, "o-2");
});

test("rule 15: only its own saga releases an alias, and one that goes on after all keeps it", () => {
  const stranger = alias({ kind: "claimed", by: "o-1" }, { kind: "released", by: "o-2" });
  assert.deepEqual(stranger.state, { owner: "o-1", waiting: [], dueAt: null });
  const again = alias({ kind: "claimed", by: "o-1" }, { kind: "released", by: "o-1" }, { kind: "claimed", by: "o-1" });
  assert.deepEqual(again.state, { owner: "o-1", waiting: [], dueAt: null });
});

test("rule 15: what nobody ever claimed is alarmed once more when it is forgotten", () => {
  const { state, effects } = alias({ kind: "event", event: settled("e-1") }, { kind: "due" }, { kind: "due" });
  assert.deepEqual(effects, [
    { kind: "unclaimed", events: 1 },
    { kind: "forgotten", events: 1 },
  ]);
  assert.deepEqual(state, UNKNOWN_ALIAS);
});

const GIVING_BACK = compileRead(`
saga: paying
aliases: { paymentId: steps.charge.paymentId, refundId: steps.settle.refundId }
start: { on: Started }
deadline: 1h
steps:
  charge: { done: Charged, failed: ChargeRefused, timeout: 1m, compensate: { emit: Refund, done: Refunded } }
  settle: { after: [charge], done: Settled, failed: SettleRefused, timeout: 10m, compensate: { emit: Unsettle, done: Unsettled } }
`);

test("rule 15: a saga releases its aliases when it ends, claims them again when it goes on after all, and releases them again", () => {
  const play = new Play(GIVING_BACK);
  play.event("Started");
  play.given("Charged", { paymentId: "pay-7" });
  assert.deepEqual(controls(play.event("SettleRefused")), []);
  assert.deepEqual(controls(play.event("Refunded")), ["AliasReleased pay-7"]);
  assert.equal(play.state.status, "compensated");
  const effects = play.given("Settled", { refundId: "r-1" });
  assert.equal(play.state.status, "compensating");
  assert.deepEqual(controls(effects), ["AliasClaimed r-1", "AliasClaimed pay-7"], "a late success tells a value that is new");
  assert.deepEqual(controls(play.event("Unsettled")), ["AliasReleased pay-7", "AliasReleased r-1"]);
  const ids = play.effects.flatMap((effect) => (effect.kind === "control" ? [effect.id] : []));
  assert.equal(new Set(ids).size, ids.length, "no claim passes for an earlier one");
  play.assertRefolds();
});

test("rule 15: a value that becomes known after the end is claimed and released at once", () => {
  const play = new Play(PAYING);
  play.event("Started");
  play.given("PaymentSettled", { paymentId: "pay-1" });
  assert.deepEqual(controls(play.given("Charged", { paymentId: "pay-7" })), ["AliasClaimed pay-7", "AliasReleased pay-7"]);
  assert.equal(play.state.status, "completed");
});

test("rule 15: a saga that completed without the alias it lost is not stuck, and releases only what it has", () => {
  const play = new Play(PAYING);
  play.event("Started");
  play.given("Charged", { paymentId: "pay-7" });
  play.fact({ kind: "act", identity: "r", name: "aliasRefused", data: { alias: "paymentId", value: "pay-7", owner: "o-0" } });
  assert.deepEqual(controls(play.given("PaymentSettled", { paymentId: "pay-7" })), []);
  assert.deepEqual([play.state.status, play.state.stuck], ["completed", undefined]);
});
