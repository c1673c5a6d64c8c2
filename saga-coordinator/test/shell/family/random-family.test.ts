import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { rebuild, type SagaState } from "../../../src/core/index.ts";
import { sagaOf } from "../../../src/shell/saga-document.ts";
import { EFFECTS, FAMILY } from "./family.ts";
import { MiniPlatform } from "./mini-platform.ts";
import { type Mood, Participants } from "./participants.ts";

/* Orders that a schedule places, their sub-sagas and their aliases, on the coordinator's real folds: nothing acts on anything but over the log. */

const MOODS: readonly Mood[] = [...Array<Mood>(14).fill("succeeds"), "fails", "is silent", "succeeds silently"];
type Run = { readonly tape: readonly number[]; readonly samePayment: boolean };
const run: fc.Arbitrary<Run> = fc.record({ tape: fc.array(fc.nat(999), { minLength: 40, maxLength: 160 }), samePayment: fc.boolean() });

type Played = { readonly platform: MiniPlatform; readonly participants: Participants };

/** Goes where the tape says; when it is at its end everybody answers everything, until nothing is left to be read. */
function play({ tape, samePayment }: Run): Played {
  const platform = new MiniPlatform(FAMILY);
  const participants = new Participants(platform);
  const paymentOf = (orderId: string): string => (samePayment ? "p" : `p-${orderId}`);
  let isWild = true;
  const mood = (asked: string): Mood => {
    const at = [...asked].reduce((sum, char) => sum + char.charCodeAt(0), 0) + platform.said.length;
    return isWild ? (MOODS[(tape[at % tape.length] ?? 0) % MOODS.length] ?? "succeeds") : "succeeds";
  };
  platform.activate();
  platform.pass(1_200_000); // two orders are placed
  for (const number of tape) {
    participants.hear(mood, paymentOf);
    const topics = platform.pending;
    const topic = topics[number % Math.max(topics.length, 1)];
    if (topic !== undefined) platform.read(topic, { again: number % 7 === 0 });
    if (number % 41 === 0) platform.pass(number * 60);
    if (number > 996) cancel(platform, number);
    if (number % 11 === 0) decide(platform, number % 8 === 0 ? "FailedApprove" : "DoneApprove");
  }
  isWild = false;
  for (let round = 0; round < 400 && !isOver(platform); round++) {
    participants.hear(mood, paymentOf);
    const [topic] = platform.pending;
    if (topic !== undefined) platform.read(topic, { again: false });
    else {
      decide(platform, "DoneApprove");
      answerLate(platform);
      if (platform.pending.length === 0) platform.pass(30_000);
    }
  }
  return { platform, participants };
}

/** An undo that is used up is confirmed after all. */
function answerLate(platform: MiniPlatform): void {
  for (const { id, steps } of ordersOf(platform)) {
    const lost = Object.entries(steps).filter(([, { status, childId }]) => status === "undoUsedUp" && childId === undefined);
    for (const [name] of lost) {
      const what = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
      platform.say({ name: `Undone${what}`, payload: { orderId: id }, about: {} }, `answers of ${what}`);
    }
  }
}

function isOver(platform: MiniPlatform): boolean {
  return platform.pending.length === 0 && ordersOf(platform).every(({ status }) => status !== "running" && status !== "compensating");
}

const ordersOf = (platform: MiniPlatform): readonly SagaState[] =>
  platform.documentsOf("saga-coordinator").map(({ state }) => sagaOf(state));

function cancel(platform: MiniPlatform, number: number): void {
  const [first] = ordersOf(platform);
  if (first === undefined) return;
  const payload = { sagaId: first.id, definition: first.definition, by: "ann", reason: "ordered twice" };
  platform.say({ name: "SagaCancelRequested", payload, about: { id: `cancel-${number}` } });
}

/** A clerk answers whatever is open. */
function decide(platform: MiniPlatform, name: string): void {
  for (const { id, steps } of ordersOf(platform)) {
    if (steps["approve"]?.status === "open")
      platform.say({ name, payload: { orderId: id }, about: { role: "clerk", id: `${name}-${id}` } });
  }
}

function assertSound({ platform, participants }: Played, { samePayment }: Run): void {
  for (const document of platform.documentsOf("saga-coordinator")) {
    const state = sagaOf(document.state);
    const { tenant, id, status, stuck, definition: name } = state;
    const definition = FAMILY.find((one) => one.name === name);
    assert.ok(definition !== undefined);
    assert.deepEqual(rebuild(definition, { tenant, id, history: document.history }), state, "state = fold(history)");
    assert.ok(["completed", "compensated", "declined"].includes(status), `${name} ${id} is ${status}: ${JSON.stringify(stuck)}`);
    for (const step of EFFECTS.get(name) ?? []) {
      // Who settled one payment of two orders can't be told.
      if (status === "completed" && step === "Settle" && samePayment) continue;
      assert.equal(participants.netOf(step, id), status === "completed" ? 1 : 0, `net effect of ${step} of the ${status} ${name} ${id}`);
    }
    assertChild(platform, state);
  }
  assertOneOwner(platform, samePayment);
}

/** What the parent believes of its sub-saga is what that is. */
function assertChild(platform: MiniPlatform, { definition, id, status }: SagaState): void {
  if (definition !== "order") return;
  const child = platform.sagaDocument("delivery", id);
  const found = child === undefined ? "none" : sagaOf(child.state).status;
  const allowed = status === "completed" ? ["completed"] : ["none", "compensated", "declined"];
  assert.ok(allowed.includes(found), `the order ${id} is ${status}, and its delivery is ${found}`);
}

/** Rule 15: one saga has a value, the others were told whose it is. */
function assertOneOwner(platform: MiniPlatform, samePayment: boolean): void {
  const claims = platform.said.filter(({ name }) => name === "AliasClaimed").map(({ payload }) => String(payload["sagaId"]));
  const refused = platform.said.filter(({ name }) => name === "AliasRefused");
  assert.equal(refused.length, samePayment ? Math.max(new Set(claims).size - 1, 0) : 0);
  for (const { payload } of refused) {
    const causes = platform.said
      .filter(({ name, payload: of }) => name === "SagaStuck" && of["sagaId"] === payload["sagaId"])
      .map(({ payload: { cause } }) => String(cause));
    const both = causes.some((cause) => [payload["owner"], payload["sagaId"]].every((id) => cause.includes(`order/${id}`)));
    const state = ordersOf(platform).find(({ definition, id }) => definition === "order" && id === payload["sagaId"]);
    assert.ok(
      both || state?.claimsRefused === undefined || state.stuck === undefined,
      "the loser is stuck with both named, unless it had ended",
    );
  }
  const forwarded = platform.said.filter(({ name }) => name === "EventForwarded").map(({ payload }) => payload["identity"]);
  assert.equal(new Set(forwarded).size, forwarded.length, "what came by an alias is handed on once");
}

test("scheduled orders, their sub-sagas and aliases end by the rules whatever is read first, read twice, lost or late", () => {
  const reached: { [ending: string]: number } = {};
  fc.assert(
    fc.property(run, (given) => {
      const played = play(given);
      assertSound(played, given);
      const notes = [
        ...ordersOf(played.platform).map(({ definition, status }) => `${definition} ${status}`),
        ...played.platform.said.flatMap(({ name }) =>
          ["AliasRefused", "EventForwarded", "SagaStuck", "SagaUndoRequested"].includes(name) ? [name] : [],
        ),
      ];
      for (const note of notes) reached[note] = (reached[note] ?? 0) + 1;
    }),
    { numRuns: 500, seed: 5 },
  );
  const endings = ["order completed", "order compensated", "delivery completed", "delivery compensated"];
  for (const rare of [...endings, "AliasRefused", "EventForwarded", "SagaStuck", "SagaUndoRequested"])
    assert.ok((reached[rare] ?? 0) > 3, `"${rare}" was reached ${reached[rare] ?? 0} times: ${JSON.stringify(reached)}`);
});
