import type { ProblemCode } from "../problems.ts";
import type { Source } from "../read/source.ts";
import type { Definition, KnownEvent, StepDefinition, Undo } from "../types.ts";
import type { StepGraph } from "./graph.ts";

/** What every check is given. */
export type Checking = {
  readonly source: Source;
  readonly definition: Definition;
  readonly events: readonly KnownEvent[] | undefined;
  readonly graph: StepGraph;
};

/** Reports at a key of a step, e.g. `at(checking, step, "timeout")`. */
export function reportStep(
  { source }: Checking,
  [step, key]: readonly [StepDefinition, string],
  problem: { code: ProblemCode; message: string; severity?: "warning" },
): void {
  source.report(`steps.${step.name}${key === "" ? "" : `.${key}`}`, problem);
}

export function undoOf(step: StepDefinition): Undo | undefined {
  return step.compensate?.kind === "undo" ? step.compensate : undefined;
}

/** Every event the saga listens to, each with the place where it is named and what it means there. */
export type Listening = { readonly event: string; readonly path: string; readonly meaning: string };

export function listenings({ saga, start, steps }: Definition): readonly Listening[] {
  return [
    ...start.map((event) => ({ event, path: "start", meaning: `the start of ${saga}` })),
    ...steps.flatMap((step) => {
      const undo = undoOf(step);
      const at = `steps.${step.name}`;
      return [
        ...step.done.map((event) => ({ event, path: `${at}.done`, meaning: `done of ${step.name}` })),
        ...step.failed.map((event) => ({ event, path: `${at}.failed`, meaning: `failed of ${step.name}` })),
        ...(undo?.done ?? []).map((event) => ({ event, path: `${at}.compensate.done`, meaning: `undone of ${step.name}` })),
        ...(undo?.failed ?? []).map((event) => ({ event, path: `${at}.compensate.failed`, meaning: `failed undo of ${step.name}` })),
      ];
    }),
  ];
}
