import type { CompiledStep } from "../../compile/compiled.ts";
import type { Draft } from "../draft.ts";
import type { Asked } from "./act-data.ts";

/** What an operator can do about one step, or one element of a fan-out. */
export type StepAct = {
  /** Why it makes no sense where the step stands; undefined when it does. Looks only. */
  readonly refusal: (draft: Draft, unit: CompiledStep) => string | undefined;
  /** Called only when nothing is refused. */
  readonly apply: (draft: Draft, unit: CompiledStep, asked: Asked) => undefined;
};
