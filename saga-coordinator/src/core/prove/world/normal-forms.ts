import { createNormalForms, type NormalForm } from "./canonical.ts";
import type { Model } from "./model.ts";

/**
 * Paths without surprises are told apart by the order of independent steps too. With surprises they are not: there
 * such steps stand in the order of the file, which keeps the number of situations from growing with every permutation.
 */
export type NormalFormsBySurprises = (surprises: number) => NormalForm;

export function normalFormsOf(
  { definition }: Pick<Model, "definition">,
  { exactly }: { readonly exactly: boolean },
): NormalFormsBySurprises {
  const fansOut = definition.steps.filter(({ each }) => each !== undefined);
  const { exact, reduced } = createNormalForms(
    new Map(definition.steps.map(({ name }, at) => [name, at])),
    new Set(fansOut.map(({ name }) => name)),
  );
  return (surprises) => (surprises === 0 && exactly ? exact : reduced);
}
