import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type CompiledDefinition, type Proof, type ProofOptions, prove, react } from "../../src/core/index.ts";
import { ORDER_EVENTS } from "./support/events.ts";
import { ids } from "./support/play.ts";
import { CHAIN } from "./support/sagas.ts";
import { unchecked } from "./support/unchecked.ts";

const proofOf = (yaml: string, options: Partial<ProofOptions> = {}): Proof => prove(unchecked(yaml), { ids, ...options });

function assertRefuted(proof: Proof, what: RegExp): readonly string[] {
  assert.equal(proof.verdict, "refuted", proof.sentence);
  assert.match(proof.counterExample?.what ?? "", what);
  const story = (proof.counterExample?.timeline ?? []).map(({ cause }) => cause);
  assert.ok(story.length > 0, "the counter-example is told as a timeline");
  return story;
}

const changeSteps = (change: (step: CompiledDefinition["steps"][number]) => CompiledDefinition["steps"][number]) => {
  return (definition: CompiledDefinition): CompiledDefinition => {
    const steps = definition.steps.map(change);
    const stepByName = new Map(steps.map((step) => [step.name, step]));
    return { ...definition, steps, stepByName, pivots: steps.filter(({ pivot }) => pivot) };
  };
};

test("the order saga is proved, and the proof says what it looked at and where it stopped", () => {
  const file = new URL("../../../sagas/order-fulfilment.saga.yaml", import.meta.url);
  const proof = proofOf(readFileSync(file, "utf8"), { events: ORDER_EVENTS });
  assert.equal(proof.verdict, "proved", proof.sentence);
  assert.equal(proof.sentence, "every path ends by rule 13 with net effect 1 or 0 in the order of rule 3");
  assert.ok(proof.states > 100 && proof.transitions > proof.states, `${proof.states} situations, ${proof.transitions} steps between them`);
  const { completed, compensated, stuck } = proof.endings;
  assert.ok(completed > 0 && compensated > 0 && stuck > 0, "it saw sagas complete, be undone and get stuck");
  assert.deepEqual(
    proof.cuts.map(({ bound }) => bound),
    ["surprises"],
  );
});

test("a step before the pivot without compensation is found: its effect stays", () => {
  const missing = CHAIN.replace(", compensate: { emit: UndoB, done: BUndone }", "");
  const story = assertRefuted(proofOf(missing), /net effect of b is 1: it has no compensation/);
  assert.deepEqual(story, ["Started arrived", "ADone arrived", "BDone arrived", "CFailed arrived", "AUndone arrived"]);
});

test("a core that undoes in the wrong order is found", () => {
  const blind = changeSteps((step) => ({ ...step, dependants: new Set<string>() }));
  // Without knowing who depends on whom it takes the unknown one first; here that is the one at the bottom.
  const late = CHAIN.replace("a: { done: ADone,", "a: { optional: true, done: ADone,");
  assertRefuted(proofOf(late, { change: blind }), /^a was undone before b, which depends on it$/);
});

test("a core that undoes the oldest first is found", () => {
  const yaml =
    "saga: two\nstart: { on: Started }\nsteps:\n" +
    ["a", "b", "c"]
      .map((name) => `  ${name}: { done: D${name}, failed: F${name}, timeout: 1m, compensate: { emit: U${name}, done: UD${name} } }\n`)
      .join("");
  const backwards: typeof react = (definition, state, given) => {
    const orders = Object.entries(state.steps).map(([name, step]) => [name, { ...step, order: 1000 - step.order }] as const);
    const isTurning = given.fact.name === "Fc";
    const reaction = react(definition, isTurning ? { ...state, steps: Object.fromEntries(orders) } : state, given);
    return reaction;
  };
  assertRefuted(proofOf(yaml, { react: backwards }), /though that is later in history/);
});

test("an undo that reads a result which may be missing is found", () => {
  const reading = CHAIN.replace("emit: UndoB,", "emit: UndoB, with: { receipt: steps.b.receipt },");
  const story = assertRefuted(proofOf(reading), /stuck for a reason that no rule allows: `receipt: steps.b.receipt` of UndoB/);
  assert.equal(story.at(-1), "b got no answer in time", "only silence leaves the result missing");
  assert.equal(proofOf(CHAIN.replace("emit: UndoB,", "emit: UndoB, with: { receipt: start.receipt },")).verdict, "proved");
});

test("joins that wait for each other are found as a deadlock, and a deadline does not hide it", () => {
  const circle = `
saga: circle
start: { on: Started }
deadline: 1h
steps:
  a: { done: ADone, timeout: 1m, compensate: { none: nothing } }
  b: { after: [a, c], done: BDone, timeout: 1m, compensate: { none: nothing } }
  c: { after: [b], done: CDone, timeout: 1m, compensate: { none: nothing } }
`;
  const story = assertRefuted(proofOf(circle), /^deadlock: the saga is running, nothing is open, and b, c can open no more$/);
  assert.deepEqual(story, ["Started arrived", "ADone arrived"]);
});

test("a core that forgets an undo is found, whichever step it forgets", () => {
  for (const forgotten of ["a", "b", "c"]) {
    const forget = changeSteps((step) => (step.name === forgotten ? { ...step, undo: undefined } : step));
    assertRefuted(
      proofOf(CHAIN, { change: forget }),
      new RegExp(`net effect of ${forgotten} is 1: nothing undid it|was undone before ${forgotten},`),
    );
  }
});

test("a core that ends before every step is done is found", () => {
  const hasty: typeof react = (definition, state, given) => {
    const reaction = react(definition, state, given);
    return given.fact.name === "BDone" && reaction.state.status === "running"
      ? { ...reaction, state: { ...reaction.state, status: "completed", timers: {} } }
      : reaction;
  };
  assertRefuted(proofOf(CHAIN, { react: hasty }), /^the saga completed, but the net effect of c is 0$/);
});

test("a core that ignores late answers to used-up undos is found: no ending can be reached from there", () => {
  const deaf: typeof react = (definition, state, given) => {
    const isStuck = Object.values(state.steps).some(({ status }) => status === "undoUsedUp");
    return isStuck ? { state, effects: [], history: [{ ignored: true }], definition } : react(definition, state, given);
  };
  assert.equal(proofOf(CHAIN).verdict, "proved");
  assertRefuted(proofOf(CHAIN, { react: deaf }), /no ending can be reached any more/);
});

const PARENT = `
saga: parent
start: { on: Started }
steps:
  deliver: { saga: delivery, timeout: 1m }
  pay: { after: [deliver], done: Paid, failed: Refused, timeout: 1m, compensate: { emit: Refund, done: Refunded } }
`;

test("a core that forgets to have a sub-saga compensated is found", () => {
  assert.equal(proofOf(PARENT).verdict, "proved");
  const forget = changeSteps((step) => (step.name === "deliver" ? { ...step, undo: undefined } : step));
  assertRefuted(proofOf(PARENT, { change: forget }), /net effect of deliver is 1: nothing undid it/);
});

test("an undo that goes out although its step was never opened is found", () => {
  const eager: typeof react = (definition, state, given) => {
    const reaction = react(definition, state, given);
    const effects = reaction.effects.map((effect) =>
      effect.kind === "compensation" && effect.step === "a" ? { ...effect, step: "c" } : effect,
    );
    return { ...reaction, effects };
  };
  assertRefuted(proofOf(CHAIN, { react: eager }), /^c was undone, though it never opened and was never done$/);
});

test("a core that turns back after the pivot is found", () => {
  const yaml = CHAIN.replace(
    "c: { after: [b], done: CDone, failed: CFailed, timeout: 10s, compensate: { emit: UndoC, done: CUndone } }",
    "p: { after: [b], pivot: true, command: { emit: DoP }, done: PDone, failed: PFailed, timeout: 10s }\n  d: { after: [p], command: { emit: DoD }, done: DDone, failed: DFailed, timeout: 10s }",
  );
  assert.equal(proofOf(yaml).verdict, "proved");
  const blind = changeSteps((step) => ({ ...step, pivot: false }));
  assertRefuted(proofOf(yaml, { change: blind }), /was undone after the pivot p had passed/);
});

test("guards are explored with both values, and keep their value on a path", () => {
  const guarded = `
saga: guarded
start: { on: Started }
steps:
  a: { if: start.isGift, done: ADone, failed: AFailed, timeout: 1m, compensate: { emit: UndoA, done: AUndone } }
  b: { if: "!start.isGift", after: [a], done: BDone, failed: BFailed, timeout: 1m, compensate: { emit: UndoB, with: { gift: steps.a.box }, done: BUndone } }
`;
  const proof = proofOf(guarded);
  const story = assertRefuted(proof, /steps.a.box/);
  assert.equal(story.at(-1), "b got no answer in time");
  assert.ok(proof.counterExample?.timeline.some(({ changes }) => changes.includes("assumed: `start.isGift` is false")));
});

test("a bound that cuts the search is said, and then nothing is called proved", () => {
  const proof = proofOf(CHAIN, { bounds: { states: 10, orders: 10 } });
  assert.equal(proof.verdict, "unfinished");
  assert.match(proof.cuts.map(({ sentence }) => sentence).join("; "), /the search stopped at 10 situations, before every path/);
});

const ALIASED = `
saga: paying
correlate: { PaymentSettled: { alias: payment, of: event.payment } }
aliases: { payment: steps.charge.payment }
start: { on: Started }
deadline: 1h
steps:
  charge: { done: Charged, failed: ChargeRefused, timeout: 1m, compensate: { emit: Refund, done: Refunded } }
  settle: { done: PaymentSettled, failed: SettleRefused, timeout: 10m, compensate: { emit: Unsettle, done: Unsettled } }
`;

test("rule 15: two claims of one alias are explored: the saga that loses is stuck with both named, and no event comes by it before the claim", () => {
  const outcomes = new Set<string>();
  const watching: typeof react = (definition, state, given) => {
    const reaction = react(definition, state, given);
    if (given.fact.name === "PaymentSettled") outcomes.add(state.claims === undefined ? "before the claim" : "after the claim");
    const { status, stuck = [] } = reaction.state;
    if (given.fact.name === "aliasRefused") outcomes.add(stuck.find(({ cause }) => cause.includes("alias"))?.cause ?? status);
    return reaction;
  };
  const proof = proofOf(ALIASED, { react: watching });
  assert.equal(proof.verdict, "proved", proof.sentence);
  const lost = "the alias payment sample belongs to paying/another-saga, so paying/saga can't claim it";
  assert.deepEqual([...outcomes].sort(), ["after the claim", "compensated", lost].sort());
});

test("rule 15: a core that does not say that it lost its alias is found", () => {
  const silent: typeof react = (definition, state, given) =>
    given.fact.name === "aliasRefused"
      ? { state: { ...state, claimsRefused: [] }, effects: [], history: [{}], definition }
      : react(definition, state, given);
  const story = assertRefuted(proofOf(ALIASED, { react: silent }), /lost an alias to another one, and is not stuck with both named/);
  assert.equal(story.at(-1), "another-saga turned out to have payment sample");
});

test("rule 15: an alias that is never claimed before its own event is found to end only by silence", () => {
  const circle = ALIASED.replace("aliases: { payment: steps.charge.payment }", "aliases: { payment: steps.settle.payment }");
  const { completed, compensated } = proofOf(circle).endings;
  assert.deepEqual([completed, compensated > 0], [0, true]);
});

test("rule 15: each of two aliases is won or lost by itself, in whatever order they are claimed", () => {
  const two = ALIASED.replace(
    "aliases: { payment: steps.charge.payment }",
    "aliases: { payment: steps.charge.payment, card: steps.charge.card }",
  ).replace("correlate: { ", "correlate: { SettleRefused: { alias: card, of: event.card }, ");
  const proof = proofOf(two);
  assert.equal(proof.verdict, "proved", proof.sentence);
  assert.ok(proof.states > proofOf(ALIASED).states, "more can be lost");
});
