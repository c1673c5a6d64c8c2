import type { AnalyseExpression, Analysis } from "../../expressions.ts";
import type { ProblemCode } from "../problems.ts";
import type { Source } from "../read/source.ts";
import type { Answer, Definition, KnownEvent, StepDefinition, Undo } from "../types.ts";
import type { StepGraph } from "./graph.ts";

/** What every check is given. */
export type Checking = {
  readonly source: Source;
  readonly definition: Definition;
  /** Undefined: nothing is known of the events, so nothing is held against them. */
  readonly events: ReadonlyMap<string, KnownEvent> | undefined;
  /** The other definitions, for sub-sagas; undefined: they are not held against each other. */
  readonly sagas: readonly Definition[] | undefined;
  readonly graph: StepGraph;
  readonly analyse: AnalyseExpression;
};
export type { Analysis };

type Report = { readonly code: ProblemCode; readonly message: string; readonly severity?: "warning" };

/** Reports at a key of a step; `""` is the step itself. */
export function reportStep({ source }: Checking, [step, key]: readonly [StepDefinition, string], problem: Report): void {
  source.report(`steps.${step.name}${key === "" ? "" : `.${key}`}`, problem);
}

export function undoOf(step: StepDefinition): Undo | undefined {
  return step.compensate?.kind === "undo" ? step.compensate : undefined;
}

/** An event the saga listens to, with the place where it is named and what it means there. */
export type Listening = {
  readonly event: string;
  readonly guard: string | undefined;
  readonly path: string;
  /** Undefined: it starts the saga. */
  readonly step: StepDefinition | undefined;
  readonly meaning: string;
};

export function listenings({ saga, start, steps }: Definition): readonly Listening[] {
  return [
    ...listen(start, { path: "start", step: undefined, meaning: `the start of ${saga}` }),
    ...steps.flatMap((step) => {
      const at = `steps.${step.name}`;
      const undo = undoOf(step);
      return [
        ...listen(step.done, { path: `${at}.done`, step, meaning: `done of ${step.name}` }),
        ...listen(step.failed, { path: `${at}.failed`, step, meaning: `failed of ${step.name}` }),
        ...listen(undo?.done ?? [], { path: `${at}.compensate.done`, step, meaning: `undone of ${step.name}` }),
        ...listen(undo?.failed ?? [], { path: `${at}.compensate.failed`, step, meaning: `failed undo of ${step.name}` }),
      ];
    }),
  ];
}

function listen(answers: readonly Answer[], { path, step, meaning }: Pick<Listening, "path" | "step" | "meaning">): readonly Listening[] {
  return answers.map(({ on, if: guard }, at) => ({ event: on, guard, path: `${path}.${at}`, step, meaning }));
}
