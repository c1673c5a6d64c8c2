import fc from "fast-check";
import type { CompiledDefinition } from "../../../src/core/index.ts";
import { compile } from "./play.ts";

/** The choices that make one step; which of them apply depends on where it stands. */
type Choice = {
  readonly after: readonly number[];
  readonly commanded: boolean;
  readonly optional: boolean;
  readonly noUndo: boolean;
  readonly attempts: number;
  readonly timed: boolean;
};

const choice: fc.Arbitrary<Choice> = fc.record({
  after: fc.array(fc.nat(4), { maxLength: 2 }),
  commanded: fc.boolean(),
  optional: fc.nat(2).map((n) => n === 0),
  noUndo: fc.nat(3).map((n) => n === 0),
  attempts: fc.integer({ min: 1, max: 3 }),
  timed: fc.boolean(),
});

/** A definition that the checker accepts: one to five steps, in any order, with or without a pivot. */
export const randomDefinition: fc.Arbitrary<CompiledDefinition> = fc
  .record({ steps: fc.array(choice, { minLength: 1, maxLength: 5 }), pivot: fc.option(fc.nat(4), { nil: undefined }) })
  .map(({ steps, pivot }) => compile(yamlOf(steps, pivot)));

function yamlOf(steps: readonly Choice[], pivot: number | undefined): string {
  const before = steps.map(({ after }, at) => new Set(after.filter((other) => other < at)));
  const isBeyond = (at: number): boolean => [...(before[at] ?? [])].some((other) => other === pivot || isBeyond(other));
  const lines = steps.map((step, at) => {
    const name = `s${at}`;
    const isPivot = at === pivot;
    const optional = step.optional && !isPivot;
    const commanded = step.commanded || isPivot;
    const undo = step.noUndo
      ? "compensate: { none: nothing to undo }"
      : `compensate: { emit: Undo${name}, with: { orderId: saga.id }, done: Undone${name}, failed: UndoFailed${name}, timeout: 3s, retry: { attempts: ${step.attempts}, backoff: 1s, max: 2s } }`;
    const parts = [
      `after: [${[...(before[at] ?? [])].map((other) => `s${other}`).join(", ")}]`,
      `done: Done${name}`,
      `failed: Failed${name}`,
      ...(step.timed || isPivot || optional ? ["timeout: 3s"] : []),
      ...(commanded
        ? [`command: { emit: Do${name}, with: { orderId: saga.id } }`, `retry: { attempts: ${step.attempts}, backoff: 1s, max: 2s }`]
        : []),
      ...(optional ? ["optional: true"] : []),
      ...(isPivot ? ["pivot: true"] : isBeyond(at) ? [] : [undo]),
    ];
    return `  ${name}: { ${parts.join(", ")} }`;
  });
  return `saga: random\nstart: { on: Started }\ndeadline: 20s\npatience: 30s\nsteps:\n${lines.join("\n")}\n`;
}
