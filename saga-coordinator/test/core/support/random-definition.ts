import fc from "fast-check";
import type { CompiledDefinition } from "../../../src/core/index.ts";
import { compileRead } from "./play.ts";

/** The choices that make one step; which of them apply depends on where it stands. */
type Choice = {
  readonly after: readonly number[];
  readonly any: boolean;
  readonly kind: "observed" | "commanded" | "wait" | "fanOut" | "poll";
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
  kind: fc.constantFrom("observed", "observed", "commanded", "commanded", "wait", "fanOut", "poll"),
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
  })
  .map(({ steps, pivot, parallel }) => {
    const yaml = yamlOf(steps, { pivot, parallel });
    // A counter-example is read as a file, not as what was compiled of it.
    return Object.assign(compileRead(yaml), { [fc.toStringMethod]: () => yaml });
  });

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

function yamlOf(steps: readonly Choice[], { pivot, parallel }: { pivot: number | undefined; parallel: boolean }): string {
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
  return `saga: random\nstart: { on: Started }\ndeadline: 20s\npatience: 30s\ncompensation: ${parallel ? "parallel" : "reverse"}\nsteps:\n${lines.join("\n")}\n`;
}

function bodyOf(step: Choice, at: number, { isPivot, isBeyond }: { isPivot: boolean; isBeyond: boolean }): readonly string[] {
  if (step.kind === "wait" && !isPivot) return ["wait: 4s"];
  const name = `s${at}`;
  const optional = step.optional && !isPivot;
  const poll = step.kind === "poll" && !isPivot;
  const when = step.waitsWhenUnknown ? ", whenUnknown: wait" : "";
  const undo =
    step.noUndo || poll
      ? "compensate: { none: nothing to undo }"
      : `compensate: { emit: Undo${name}, with: { orderId: saga.id }, done: Undone${name}, failed: UndoFailed${name}, timeout: 3s, retry: { attempts: ${step.attempts}, backoff: 1s, max: 2s }${when} }`;
  return [
    `done: Done${name}`,
    `failed: Failed${name}`,
    ...(step.timed || isPivot || optional ? ["timeout: 3s"] : []),
    ...(step.kind === "commanded" || isPivot || poll
      ? [`command: { emit: Do${name}, with: { orderId: saga.id } }`, `retry: { attempts: ${step.attempts}, backoff: 1s, max: 2s }`]
      : []),
    ...(poll ? ["repeat: { while: event.again, max: 2, every: 2s }"] : []),
    ...(step.kind === "fanOut" && !isPivot ? ["forEach: start.lines", "as: line", "key: line", "answerKey: event.key"] : []),
    ...(optional ? ["optional: true"] : []),
    ...(isPivot ? ["pivot: true"] : isBeyond ? [] : [undo]),
  ];
}
