import assert from "node:assert/strict";
import { test } from "node:test";
import { type Proof, type ProofOptions, prove, react, type SagaState } from "../../../src/core/index.ts";
import { ids } from "../support/play.ts";
import { CHAIN } from "../support/sagas.ts";
import { unchecked } from "../support/unchecked.ts";

type React = typeof react;
const proofOf = (yaml: string, options: Partial<ProofOptions> = {}): Proof =>
  prove(unchecked(yaml), { ids, bounds: { states: 8_000 }, ...options });
const planted = (
  yaml: string,
  change: (reaction: ReturnType<React>, given: Parameters<React>[2], before: SagaState) => ReturnType<React>,
): Proof => proofOf(yaml, { react: (definition, state, given) => change(react(definition, state, given), given, state) });
const withState = (reaction: ReturnType<React>, state: Partial<SagaState>): ReturnType<React> => ({
  ...reaction,
  state: { ...reaction.state, ...state },
});

function assertFound(proof: Proof, what: RegExp): readonly string[] {
  assert.equal(proof.verdict, "refuted", proof.sentence);
  assert.match(proof.counterExample?.what ?? "", what);
  return (proof.counterExample?.timeline ?? []).map(({ cause }) => cause);
}
const COMPLETED = { status: "completed", timers: {} } as const;
const NONE = "compensate: { none: reading only }";
const PIVOTED = `
saga: pivoted
start: { on: Started }
steps:
  a: { done: ADone, failed: AFailed, timeout: 1m, compensate: { emit: UndoA, done: AUndone } }
  p: { after: [a], pivot: true, command: { emit: DoP }, done: PDone, failed: PFailed, timeout: 1m }
  z: { after: [p], command: { emit: DoZ }, done: ZDone, failed: ZFailed, timeout: 1m }
`;

test("a core that ends on an answer given twice is found, and the story says that it came a second time", () => {
  const story = assertFound(
    planted(CHAIN, (reaction, { fact }, before) =>
      fact.name === "ADone" && before.steps["a"]?.status === "done" ? withState(reaction, COMPLETED) : reaction,
    ),
    /the saga completed, but the net effect of . is 0/,
  );
  assert.ok(story.includes("ADone arrived (a second time)"), story.join("; "));
});

test("a core that ends on an answer before its step is open is found, and the story says that it came early", () => {
  const story = assertFound(
    planted(CHAIN, (reaction, { fact }, before) =>
      fact.name === "BDone" && before.steps["a"]?.status !== "done" ? withState(reaction, COMPLETED) : reaction,
    ),
    /the saga completed, but the net effect of a is 0/,
  );
  assert.match(story.at(-1) ?? "", /^BDone arrived \(before its step was open\)$/);
});

test("a core that counts a success as nothing while its undo is under way is found, and the story says that they crossed", () => {
  const proof = planted(CHAIN, (reaction, { fact }, before) =>
    fact.name === "CDone" && before.steps["c"]?.status === "undoing" ? withState(reaction, COMPLETED) : reaction,
  );
  const story = assertFound(proof, /the saga completed/);
  assert.ok(
    story.some((cause) => cause.startsWith("CDone arrived")),
    story.join("; "),
  );
});

test("an undo for a step that is none is found", () => {
  assertFound(
    planted(CHAIN, (reaction) => ({
      ...reaction,
      effects: reaction.effects.map((effect) => (effect.kind === "compensation" ? { ...effect, step: "ghost" } : effect)),
    })),
    /an undo was sent for ghost, which is no step/,
  );
});

for (const [step, cause] of [
  [null, "somebody said so"],
  ["ghost", "a step that is none"],
  ["a", "for no reason"],
] as const) {
  test(`a core that is stuck for a reason that no rule allows is found: ${cause}`, () => {
    const proof = planted(CHAIN, (reaction, { fact }) =>
      fact.name === "ADone" ? withState(reaction, { stuck: [{ step, cause, actions: ["retry"] }] }) : reaction,
    );
    assertFound(proof, new RegExp(`the saga is stuck for a reason that no rule allows: ${cause}`));
  });
}

test("a core that is stuck on its way back although nothing is used up is found", () => {
  const proof = planted(CHAIN, (reaction) =>
    reaction.state.status === "compensating"
      ? withState(reaction, { stuck: [{ step: "a", cause: "tired", actions: ["retry"] }] })
      : reaction,
  );
  assertFound(proof, /no rule allows: tired/);
});

test("a core that turns and then undoes nothing is found as a deadlock", () => {
  const proof = planted(CHAIN, (reaction, { fact }, before) => {
    if (fact.name !== "BFailed" || before.status !== "running") return reaction;
    const { a, ...others } = reaction.state.steps;
    const steps = a === undefined ? others : { ...others, a: { ...a, status: "done" as const } };
    return { ...withState(reaction, { timers: {}, steps }), effects: reaction.effects.filter(({ kind }) => kind !== "compensation") };
  });
  assertFound(proof, /deadlock: the saga is compensating, nothing is open, and no undo is under way/);
});

test("a core that forgets to undo what it does without is found", () => {
  const yaml = CHAIN.replace("b: { after: [a],", "b: { after: [a], if: start.wanted,");
  assert.equal(proofOf(yaml).verdict, "proved");
  const proof = planted(yaml, (reaction) => {
    const { b } = reaction.state.steps;
    if (b?.givenUp === undefined || b.status !== "undoing") return reaction;
    const steps = { ...reaction.state.steps, b: { ...b, status: "undone" as const } };
    return { ...withState(reaction, { steps }), effects: reaction.effects.filter(({ kind }) => kind !== "compensation") };
  });
  assert.equal(proof.verdict, "refuted", proof.sentence);
});

test("a core that undoes what is done before what nobody knows about is found", () => {
  const yaml = `saga: two\nstart: { on: Started }\nsteps:\n${["a", "b", "c"].map((name) => `  ${name}: { done: D${name}, failed: F${name}, timeout: 1m, compensate: { emit: U${name}, done: UD${name} } }\n`).join("")}`;
  const blind: React = (definition, state, given) => {
    const isTurning = given.fact.name === "Fc";
    const steps = Object.fromEntries(
      Object.entries(state.steps).map(([name, step]) => [
        name,
        name === "b" && step.status === "open" ? { ...step, status: "done" as const, order: -1 } : step,
      ]),
    );
    return react(definition, isTurning ? { ...state, steps } : state, given);
  };
  assertFound(proofOf(yaml, { react: blind }), /^a was undone before b, though nobody knows whether that happened$/);
});

test("a core that completes before what follows the pivot is done is found", () => {
  assert.equal(proofOf(PIVOTED).verdict, "proved");
  assertFound(
    planted(PIVOTED, (reaction, { fact }) => (fact.name === "PDone" ? withState(reaction, COMPLETED) : reaction)),
    /the saga completed, but the net effect of z is 0/,
  );
});

test("a core that undoes after the pivot has passed is found", () => {
  const proof = planted(PIVOTED, (reaction, { fact }, before) => {
    if (fact.name !== "ZFailed" || before.steps["p"]?.status !== "done") return reaction;
    const a = reaction.state.steps["a"];
    if (a === undefined) return reaction;
    const turned = withState(reaction, {
      status: "compensating",
      turn: { step: "z", cause: "ZFailed", at: 0 },
      steps: { ...reaction.state.steps, a: { ...a, status: "undoing" } },
    });
    const request = {
      kind: "compensation",
      step: "a",
      event: "UndoA",
      payload: {},
      id: "u",
      effect: "e",
      action: "undo",
      attempt: 1,
      sending: 1,
    } as const;
    return { ...turned, effects: [...reaction.effects, request] };
  });
  assertFound(proof, /a was undone after the pivot p had passed/);
});

test("a mapping that reads parts of lists and texts of which a proof knows nothing is no mistake", () => {
  for (const field of ["start.lines[5].sku", "size(start.total) > 3", "int(start.total) + 1", "start.a.b.c"]) {
    const proof = proofOf(COMMANDED_WITH(field));
    assert.equal(proof.verdict, "proved", `${field}: ${proof.sentence} ${proof.counterExample?.what ?? ""}`);
  }
});
const COMMANDED_WITH = (field: string): string => `
saga: mapped
start: { on: Started }
steps:
  a: { command: { emit: DoA, with: { x: "${field}" } }, done: ADone, failed: AFailed, timeout: 1m, ${NONE} }
  b: { after: [a], forEach: start.lines, as: line, key: line, answerKey: event.line, command: { emit: DoB, with: { x: int(line) + 1 } }, done: BDone, failed: BFailed, timeout: 1m, ${NONE} }
`;

test("every example of a small saga is proved within its bounds", () => assert.equal(proofOf(COMMANDED_PROVED).verdict, "proved"));
const COMMANDED_PROVED = `saga: asked\nstart: { on: Started }\nsteps:\n  a: { command: { emit: DoA }, done: ADone, failed: AFailed, timeout: 10s, retry: { attempts: 3 }, compensate: { emit: UndoA, done: AUndone } }\n`;

test("a core that keeps nothing of an answer in its history is found: the saga waits for ever", () => {
  const deaf: React = (definition, state, given) =>
    given.fact.name === "BDone" || given.fact.name === "BFailed"
      ? { state, effects: [], history: [], definition }
      : react(definition, state, given);
  assert.notEqual(proofOf(CHAIN, { react: deaf }).endings.completed, proofOf(CHAIN).endings.completed);
});

test("a step that waits for one that is none is found as a deadlock", () => {
  assertFound(
    proofOf(CHAIN.replace("after: [a]", "after: [a, gone]")),
    /^deadlock: the saga is running, nothing is open, and b, c can open no more$/,
  );
});
