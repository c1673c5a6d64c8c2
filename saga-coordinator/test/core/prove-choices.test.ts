import assert from "node:assert/strict";
import { test } from "node:test";
import type { FieldDescription } from "@troupe/kernel";
import { type KnownEvent, type Proof, type ProofOptions, prove, react } from "../../src/core/index.ts";
import { event } from "./support/events.ts";
import { ids } from "./support/play.ts";
import { unchecked } from "./support/unchecked.ts";

const proofOf = (yaml: string, options: Partial<ProofOptions> = {}): Proof => prove(unchecked(yaml), { ids, ...options });
const assumed = ({ counterExample }: Proof): readonly string[] => (counterExample?.timeline ?? []).flatMap(({ changes }) => changes);

/** An event with one field that may be null. */
function withNullable(name: string, field: string, of: FieldDescription["type"]): KnownEvent {
  const type = { kind: "nullable", of } as const;
  return { ...event(name, "t", [field]), types: [{ name: field, type, required: true, default: undefined, doc: undefined }] };
}

const ALIASED = `
saga: paying
correlate: { Settled: { alias: payment, of: event.payment } }
aliases: { payment: steps.charge.payment }
start: { on: Started }
deadline: 1h
steps:
  charge: { done: Charged, failed: Refused, timeout: 1m, compensate: { emit: Refund, done: Refunded } }
  money: { after: [charge], done: Settled, timeout: 10m, compensate: { none: kept } }
  late: { after: [money], done: LateDone, timeout: 1m, compensate: { emit: Undo, with: { x: steps.late.x }, done: Undone } }
`;

test("a mistake behind an alias whose field may be null is found: the field is looked at with a value too", () => {
  const events = [withNullable("Charged", "payment", { kind: "text" })];
  const proof = proofOf(ALIASED, { events });
  assert.equal(proof.verdict, "refuted");
  assert.match(proof.counterExample?.what ?? "", /steps\.late\.x/);
  assert.ok(assumed(proof).includes("assumed: `steps.charge.payment == null` is false"));
  const sound = proofOf(ALIASED.replace("steps.late.x", "start.x"), { events });
  assert.equal(sound.verdict, "proved", sound.sentence);
  assert.ok(sound.endings.completed > 0 && sound.neverDone.length === 0, "it completes where the field has a value");
});

test("a wait until a field that may be null is computed only where its guard says that it is there", () => {
  const events = [withNullable("Started", "at", { kind: "timestamp", unit: "millis" })];
  const waiting = (guard: string): string =>
    `saga: s\nstart: { on: Started }\nsteps:\n  w: { ${guard}until: start.at }\n  a: { after: [w], done: Done, failed: Failed, timeout: 1m, compensate: { none: x } }\n`;
  assert.match(proofOf(waiting(""), { events }).counterExample?.what ?? "", /it gives no instant/);
  const guarded = proofOf(waiting('if: "start.at != null", '), { events });
  assert.equal(guarded.verdict, "proved", guarded.sentence);
  assert.deepEqual(guarded.neverDone, []);
});

test("a definition that no path completes is not called proved, and what was never done is named", () => {
  const circle = ALIASED.replace("aliases: { payment: steps.charge.payment }", "aliases: { payment: steps.money.payment }");
  const proof = proofOf(circle);
  assert.equal(proof.verdict, "refuted");
  assert.match(proof.sentence, /completion was never reached: no path completes the saga; on none of them was done: money$/);
  assert.deepEqual(proof.neverDone, ["money"]);
  assert.deepEqual(proof.counterExample?.timeline, []);
});

const FAN_OUT = `
saga: s
start: { on: Started }
steps:
  a: { forEach: start.lines, as: line, key: line, answerKey: event.line, command: { emit: DoA }, done: ADone, failed: AFailed, timeout: 1m, compensate: { emit: UndoA, done: AUndone } }
  b: { after: [a], done: BDone, failed: BFailed, timeout: 1m, compensate: { none: x } }
`;

test("a fan-out is looked at with none, one and two elements", () => {
  const sizes = new Set<string>();
  const watching: typeof react = (definition, state, given) => {
    const reaction = react(definition, state, given);
    const elements = Object.keys(reaction.state.steps).filter((name) => name.startsWith("a/"));
    if (reaction.state.status === "completed") sizes.add(elements.sort().join(","));
    return reaction;
  };
  const proof = proofOf(FAN_OUT, { react: watching });
  assert.equal(proof.verdict, "proved", proof.sentence);
  assert.deepEqual([...sizes].sort(), ["", "a/e1", "a/e1,a/e2"]);
});

test("a list that is observed before it opens is answered only by elements that it has", () => {
  const observed = FAN_OUT.replace("command: { emit: DoA }, ", "").replace("a: { forEach", "a: { after: [z], forEach");
  const proof = proofOf(`${observed}  z: { done: ZDone, failed: ZFailed, timeout: 1m, compensate: { none: x } }\n`);
  assert.equal(proof.verdict, "proved", proof.sentence);
});

test("a definition of hundreds of steps ends in bounded work, the same on every machine, and says that it was cut", () => {
  const steps = Array.from(
    { length: 150 },
    (_, at) => `  s${at}: { done: D${at}, failed: F${at}, timeout: 1m, compensate: { none: x } }\n`,
  );
  const yaml = `saga: wide\nstart: { on: Started }\nsteps:\n${steps.join("")}`;
  const [one, again] = [1, 2].map(() => proofOf(yaml, { bounds: { work: 50_000 } }));
  assert.equal(one?.verdict, "unfinished");
  assert.deepEqual([one?.states, one?.transitions], [again?.states, again?.transitions]);
  assert.ok((one?.transitions ?? 0) < 1_000, `${one?.transitions} steps between situations`);
  assert.match(one?.cuts.map(({ sentence }) => sentence).join("; ") ?? "", /stopped after 50000 units of work .*, before every path/);
});
