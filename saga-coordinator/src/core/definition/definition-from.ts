import { DEFINITION_BOUNDS } from "./bounds.ts";
import { type CheckOptions, checkDefinition } from "./check/check-definition.ts";
import type { Problem } from "./problems.ts";
import { readDefinition } from "./read/read-definition.ts";
import { openSource, type Source } from "./read/source.ts";
import type { DefinitionTree } from "./read/tree.ts";
import type { Definition } from "./types.ts";

/** `problems` of a definition that can be used holds warnings only. */
export type ParsedDefinition =
  | { readonly definition: Definition; readonly problems: readonly Problem[] }
  | { readonly definition: undefined; readonly problems: readonly Problem[] };

export type ParseOptions = CheckOptions & {
  /** Only shown. */
  readonly file: string;
};

/** Reads a saga definition out of its tree and checks it, all problems in one run, in the order of the file. Never throws. */
export function definitionFrom(tree: DefinitionTree, { file, events, sagas }: ParseOptions): ParsedDefinition {
  const source = openSource(tree, file);
  const definition = source.broken ? undefined : readDefinition(source);
  if (definition !== undefined && withinSteps(source, definition))
    checkDefinition(source, definition, { ...(events === undefined ? {} : { events }), ...(sagas === undefined ? {} : { sagas }) });
  const problems = inFileOrder(source.problems);
  const usable = definition !== undefined && problems.every(({ severity }) => severity === "warning");
  return usable ? { definition, problems } : { definition: undefined, problems };
}

/** Some checks compare every two steps. */
function withinSteps(source: Source, { steps }: Definition): boolean {
  if (steps.length <= DEFINITION_BOUNDS.steps) return true;
  source.report("steps", { code: "too-large", message: `the saga has ${steps.length} steps; allowed are ${DEFINITION_BOUNDS.steps}` });
  return false;
}

function inFileOrder(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}
