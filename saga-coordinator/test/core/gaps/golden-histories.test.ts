import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Payload } from "@troupe/kernel";
import { type CompiledDefinition, type Effect, nextDueAt } from "../../../src/core/index.ts";
import { compileRead, Play } from "../support/play.ts";
import { assertGolden, plainly } from "./golden.ts";

const NONE = "compensate: { none: reading only }";
/** Every kind of step and every way of leaving it, in sagas small enough to read. */
const SAGAS: readonly string[] = [
  `saga: row
start: { on: Started }
deadline: 1h
search: { key: start.key }
result: { got: steps.b.key }
steps:
  a: { command: { emit: DoA, with: { key: start.key } }, done: ADone, failed: AFailed, timeout: 10s, retry: { attempts: 2, backoff: 1s }, compensate: { emit: UndoA, done: AUndone, failed: UndoAFailed, retry: { attempts: 2, backoff: 1s } } }
  b: { after: [a], done: BDone, failed: BFailed, timeout: 10s, compensate: { emit: UndoB, with: { key: steps.b.key }, whenUnknown: wait, done: BUndone } }
  c: { after: [b], pivot: true, command: { emit: DoC }, done: CDone, failed: CFailed, timeout: 10s, retry: { attempts: 2, backoff: 1s } }
  d: { after: [c], command: { emit: DoD }, done: DDone, failed: DFailed, timeout: 10s, retry: { attempts: 3, backoff: 1s } }
`,
  `saga: fork
start: { on: Started, if: start.go }
compensation: parallel
steps:
  a: { done: ADone, failed: AFailed, timeout: 20s, fallback: f, compensate: { emit: UndoA, done: AUndone } }
  f: { command: { emit: DoF }, done: FDone, failed: FFailed, timeout: 10s, compensate: { emit: UndoF, done: FUndone } }
  b: { done: BDone, failed: BFailed, timeout: 10s, compensate: { emit: UndoB, done: BUndone } }
  c: { optional: true, done: CDone, failed: CFailed, timeout: 5s, compensate: { emit: UndoC, done: CUndone } }
  d: { after: { any: [a, b] }, done: DDone, failed: DFailed, timeout: 10s, compensate: { emit: UndoD, done: DUndone } }
  e: { after: { atLeast: 2, of: [a, b, d] }, human: { role: clerk }, done: EDone, failed: EFailed, timeout: 30s, ${NONE} }
`,
  `saga: ways
start: { on: Started }
deadline: 2m
steps:
  a: { done: { on: AAnswered, if: event.ok }, failed: { on: AAnswered, if: "!event.ok" }, timeout: 10s, compensate: { emit: UndoA, done: AUndone } }
  b: { after: [a], choice: way, if: start.big, done: BDone, failed: BFailed, timeout: 10s, compensate: { emit: UndoB, done: BUndone } }
  c: { after: [a], choice: way, otherwise: true, done: CDone, timeout: 10s, compensate: { emit: UndoC, done: CUndone } }
  d: { after: [b, c], if: start.more, done: DDone, timeout: 10s, compensate: { emit: UndoD, done: DUndone } }
  w: { after: [d], wait: 15s }
  p: { after: [w], command: { emit: Poll }, done: Polled, timeout: 10s, repeat: { while: event.more, every: 5s, max: 2 }, ${NONE} }
`,
  `saga: lines
correlate: { default: event.key }
start: { on: Started }
aliases: { parcel: steps.a.x.parcel }
deadline: 5m
steps:
  a: { forEach: start.lines, as: line, key: line, answerKey: event.line, command: { emit: DoA, with: { line: line } }, done: ADone, failed: AFailed, timeout: 10s, retry: { attempts: 2, backoff: 1s }, compensate: { emit: UndoA, with: { line: line }, done: AUndone, failed: UndoAFailed } }
  b: { after: [a], optional: true, forEach: start.lines, as: line, key: line, answerKey: event.line, done: BDone, failed: BFailed, timeout: 10s, compensate: { emit: UndoB, done: BUndone } }
  c: { after: [b], done: CDone, failed: CFailed, timeout: 10s, ${NONE} }
`,
];

/** A small generator with a seed: the same walk for ever, whatever library is updated. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

const START: Payload = { key: "k", go: true, big: true, more: true, lines: ["x", "y"] };

/** One thing that happens. Most are what the saga waits for; some come early, twice, or from somebody who was not asked. */
function happen(play: Play, definition: CompiledDefinition, roll: (sides: number) => number): readonly [string, readonly Effect[]] {
  const kind = roll(10);
  if (kind === 0) {
    const due = nextDueAt(play.state);
    const millis = due === null ? 1_000 : Math.max(0, due - play.now);
    return [`${millis} ms pass`, play.pass(millis)];
  }
  if (kind === 1) {
    const name = ["cancel", "undo", "unheard-of"][roll(3)] ?? "cancel";
    return [
      `act ${name}`,
      play.fact({ kind: "act", identity: `act-${play.history.length}`, name, data: name === "undo" ? { effect: "parent/effect" } : {} }),
    ];
  }
  const events = [...definition.wants, "Stranger"];
  const name = events[roll(events.length)] ?? "Started";
  const request = play.requests.length > 0 && roll(2) === 0 ? play.requests[roll(play.requests.length)] : undefined;
  const payload: Payload = {
    ...START,
    ok: roll(4) > 0,
    more: roll(2) > 0,
    big: roll(2) > 0,
    line: ["x", "y", "z", ""][roll(4)] ?? "x",
    parcel: "p-1",
  };
  const role = roll(3) === 0 ? undefined : "clerk";
  const answering = {
    payload,
    ...(request === undefined ? {} : { causationId: request.id, effect: request.effect }),
    ...(role === undefined ? {} : { role }),
  };
  return [`${name}${request === undefined ? "" : ` for ${request.event} ${request.attempt}`}`, play.event(name, answering)];
}

function lineOf(effect: Effect): string {
  switch (effect.kind) {
    case "lifecycle": {
      const { sagaId: _, definition: __, version: ___, at: ____, ...payload } = effect.payload;
      return `${effect.event} ${plainly(payload)}${effect.effect === undefined ? "" : ` to ${effect.effect}`}`;
    }
    case "alarm":
      return `ALARM ${effect.code} ${effect.step}: ${effect.cause} [${effect.actions.join(" ")}]`;
    case "refusal":
      return `REFUSED ${effect.act}: ${effect.reason}`;
    case "control":
      return `${effect.event} ${plainly(effect.payload)}`;
    default:
      return `${effect.kind} ${effect.event} ${plainly(effect.payload)} ${effect.effect} attempt ${effect.attempt} sending ${effect.sending}`;
  }
}

function walk(yaml: string, seed: number): readonly string[] {
  const definition = compileRead(yaml);
  const play = new Play(definition);
  const roll = dice(seed);
  const lines = [`# ${definition.name} ${seed}`];
  const note = ([what, effects]: readonly [string, readonly Effect[]]): void => {
    lines.push(what, ...effects.map((effect) => `  ${lineOf(effect)}`));
  };
  if (roll(4) > 0) note(["Started", play.given("Started", { ...START, big: roll(2) > 0, more: roll(2) > 0, go: roll(5) > 0 })]);
  for (let at = 0; at < 28; at++) note(happen(play, definition, roll));
  play.assertRefolds();
  const { status, turn, stuck, unexpected, result, search, timers } = play.state;
  return [...lines, plainly({ status, statuses: play.statuses, turn, stuck, unexpected, result, search, timers })];
}

test("recorded histories give the same effects, word by word, as when they were recorded", () => {
  assertGolden(
    "histories.txt",
    SAGAS.flatMap((yaml) => Array.from({ length: 10 }, (_, at) => walk(yaml, at + 1)).flat()),
  );
});

test("the order saga's own history of a refusal gives the same effects as when it was recorded", () => {
  const yaml = readFileSync(new URL("../../../../sagas/order-fulfilment.saga.yaml", import.meta.url), "utf8");
  assertGolden("order-histories.txt", Array.from({ length: 6 }, (_, at) => walk(yaml, at + 1)).flat());
});
