import fc from "fast-check";
import type { ChildContract, CompiledDefinition } from "../../../src/core/index.ts";
import { compileRead } from "./play.ts";

/** The choices that make one step; which of them apply depends on where it stands. */
type Choice = {
  readonly after: readonly number[];
  readonly any: boolean;
  readonly kind: "observed" | "commanded" | "human" | "wait" | "fanOut" | "poll" | "saga" | "sagas";
  readonly optional: boolean;
  readonly guarded: boolean;
  readonly noUndo: boolean;
  readonly waitsWhenUnknown: boolean;
  readonly attempts: number;
  readonly timed: boolean;
  /** With the step that follows in the file: the next one is its fallback, or the other alternative of a choice. */
  readonly pair: "none" | "fallback" | "choice";
};

const choice: fc.Arbitrary<Choice> = fc.record({
  after: fc.array(fc.nat(5), { maxLength: 3 }),
  any: fc.boolean(),
  kind: fc.constantFrom("observed", "observed", "commanded", "commanded", "human", "wait", "fanOut", "poll", "saga", "sagas"),
  optional: fc.nat(3).map((n) => n === 0),
  guarded: fc.nat(3).map((n) => n === 0),
  noUndo: fc.nat(3).map((n) => n === 0),
  waitsWhenUnknown: fc.nat(4).map((n) => n === 0),
  attempts: fc.integer({ min: 1, max: 3 }),
  timed: fc.boolean(),
  pair: fc.constantFrom("none", "none", "none", "fallback", "choice"),
});

/** A definition that breaks no rule: one to six steps of every kind, in any order, with or without a pivot. */
export const randomDefinition: fc.Arbitrary<CompiledDefinition> = fc
  .record({
    steps: fc.array(choice, { minLength: 1, maxLength: 6 }),
    pivot: fc.option(fc.nat(5), { nil: undefined }),
    parallel: fc.nat(3).map((n) => n === 0),
    cron: fc.nat(3).map((n) => n === 0),
    aliased: fc.boolean(),
  })
  .map(({ steps, ...saga }) => {
    const yaml = yamlOf(steps, saga);
    // A counter-example is read as a file, not as what was compiled of it.
    return Object.assign(compileRead(yaml, CHILDREN), { [fc.toStringMethod]: () => yaml });
  });

type Saga = { readonly pivot: number | undefined; readonly parallel: boolean; readonly cron: boolean; readonly aliased: boolean };

/** Who answers the human steps. */
export const CLERK = "clerk";

/** The sub-saga of every step that starts one, as its parent knows it. */
const CHILDREN: ReadonlyMap<string, ChildContract> = new Map([
  ["child", { startEvent: "ChildStarted", sagaIdOf: ({ id }) => String(id), hasPivot: false }],
]);

type Part = "alone" | "primary" | "fallback" | "first" | "otherwise";

/** What each step is to the one before or after it. A pivot is always alone. */
function partsOf(steps: readonly Choice[], pivot: number | undefined): readonly Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < steps.length; at++) {
    const pair = steps[at]?.pair;
    const paired = pair !== "none" && at + 1 < steps.length && at !== pivot && at + 1 !== pivot;
    if (!paired) parts.push("alone");
    else {
      parts.push(...(pair === "fallback" ? (["primary", "fallback"] as const) : (["first", "otherwise"] as const)));
      at += 1;
    }
  }
  return parts;
}

/** The first step that tells a value, and the last one whose answer comes by it; undefined when there are no two. */
function aliasIn(steps: readonly Choice[], pivot: number | undefined): readonly [source: number, by: number] | undefined {
  const answers = ({ kind }: Choice, at: number): boolean => at === pivot || !["wait", "saga", "sagas", "fanOut"].includes(kind);
  const [source, by] = [steps.findIndex(answers), steps.findLastIndex(answers)];
  return source < by ? [source, by] : undefined;
}

function headOf(steps: readonly Choice[], { pivot, parallel, cron, aliased }: Saga): string {
  const alias = aliased ? aliasIn(steps, pivot) : undefined;
  return [
    "saga: random",
    cron ? 'start: { cron: "0 6 * * *", emit: Started, with: { at: tick } }' : "start: { on: Started }",
    ...(alias === undefined
      ? []
      : [`correlate: { Dones${alias[1]}: { alias: ref, of: event.ref } }`, `aliases: { ref: steps.s${alias[0]}.ref }`]),
    "deadline: 20s",
    "patience: 30s",
    `compensation: ${parallel ? "parallel" : "reverse"}`,
  ].join("\n");
}

function yamlOf(steps: readonly Choice[], saga: Saga): string {
  const { pivot } = saga;
  const parts = partsOf(steps, pivot);
  // A fallback has no followers: they name its primary. Both alternatives of a choice wait for the same.
  const before = steps.map(({ after }, at): readonly number[] => {
    if (parts[at] === "fallback") return [];
    const of = parts[at] === "otherwise" ? (steps[at - 1]?.after ?? []) : after;
    const limit = parts[at] === "otherwise" ? at - 1 : at;
    return [...new Set(of.filter((other) => other < limit).map((other) => (parts[other] === "fallback" ? other - 1 : other)))];
  });
  const anyOf = (at: number): boolean =>
    (parts[at] === "otherwise" ? steps[at - 1]?.any : steps[at]?.any) === true && (before[at] ?? []).length > 1;
  const isBeyond = (at: number): boolean => {
    const from = parts[at] === "fallback" ? [at - 1] : (before[at] ?? []);
    const isAfter = (other: number): boolean => other === pivot || isBeyond(other);
    // A step after any of several may open without the pivot.
    return from.length > 0 && (anyOf(at) ? from.every(isAfter) : from.some(isAfter));
  };
  const lines = steps.map((step, at) => {
    const part = parts[at] ?? "alone";
    const after = (before[at] ?? []).map((other) => `s${other}`).join(", ");
    const fields = [
      ...(part === "fallback" ? [] : [anyOf(at) ? `after: { any: [${after}] }` : `after: [${after}]`]),
      ...(part === "primary" ? [`fallback: s${at + 1}`] : []),
      ...(part === "first" ? [`choice: c${at}`, `if: start.g${at}`] : []),
      ...(part === "otherwise" ? [`choice: c${at - 1}`, "otherwise: true"] : []),
      ...(step.guarded && ["alone", "primary"].includes(part) && at !== pivot ? [`if: start.g${at}`] : []),
      ...bodyOf(step, at, { isPivot: at === pivot, isBeyond: isBeyond(at) }),
    ];
    return `  s${at}: { ${fields.join(", ")} }`;
  });
  return `${headOf(steps, saga)}\nsteps:\n${lines.join("\n")}\n`;
}

const LINES = ["forEach: start.lines", "as: line", "key: line"];
const NO_UNDO = "compensate: { none: nothing to undo }";

function bodyOf(step: Choice, at: number, { isPivot, isBeyond }: { isPivot: boolean; isBeyond: boolean }): readonly string[] {
  if (isPivot) return [...answersOf(at, "3s"), ...(step.kind === "human" ? HUMAN : commandOf(step, at)), "pivot: true"];
  const optional = step.optional ? ["optional: true"] : [];
  const timeout = step.timed || step.optional || step.kind === "human" ? "3s" : undefined;
  switch (step.kind) {
    case "wait":
      return ["wait: 4s"];
    case "saga":
    case "sagas": {
      const each = step.kind === "sagas" ? LINES : [];
      const id = step.kind === "sagas" ? "line" : `'"s${at}"'`;
      const times = timeout === undefined ? [] : [`timeout: ${timeout}`];
      return ["saga: child", `with: { id: ${id} }`, ...each, ...times, ...optional, ...(step.noUndo ? [NO_UNDO] : [])];
    }
    case "poll":
      return [
        ...answersOf(at, timeout),
        ...commandOf(step, at),
        "repeat: { while: event.again, max: 2, every: 2s }",
        ...optional,
        ...(isBeyond ? [] : [NO_UNDO]),
      ];
    case "human":
    case "fanOut":
    case "observed":
    case "commanded": {
      const kind = { human: HUMAN, commanded: commandOf(step, at), fanOut: [...LINES, "answerKey: event.key"], observed: [] }[step.kind];
      return [...answersOf(at, timeout), ...kind, ...optional, ...(isBeyond ? [] : [undoOf(step, at)])];
    }
    default:
      return step.kind satisfies never;
  }
}

const HUMAN = [`human: { role: ${CLERK} }`];

function answersOf(at: number, timeout: string | undefined): readonly string[] {
  return [`done: Dones${at}`, `failed: Faileds${at}`, ...(timeout === undefined ? [] : [`timeout: ${timeout}`])];
}

function commandOf({ attempts }: Choice, at: number): readonly string[] {
  return [`command: { emit: Dos${at}, with: { orderId: saga.id } }`, `retry: { attempts: ${attempts}, backoff: 1s, max: 2s }`];
}

function undoOf({ noUndo, attempts, waitsWhenUnknown }: Choice, at: number): string {
  if (noUndo) return NO_UNDO;
  const retry = `retry: { attempts: ${attempts}, backoff: 1s, max: 2s }`;
  const when = waitsWhenUnknown ? ", whenUnknown: wait" : "";
  return `compensate: { emit: Undos${at}, with: { orderId: saga.id }, done: Undones${at}, failed: UndoFaileds${at}, timeout: 3s, ${retry}${when} }`;
}
