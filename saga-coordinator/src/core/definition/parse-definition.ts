import { boundsProblem, DEFINITION_BOUNDS, decodeText } from "./bounds.ts";
import { type CheckOptions, checkDefinition } from "./check/check-definition.ts";
import type { Problem } from "./problems.ts";
import { readDefinition } from "./read/read-definition.ts";
import { openSource, type Source } from "./read/source.ts";
import type { Definition } from "./types.ts";

/** `problems` of a definition that can be used holds warnings only. */
export type ParsedDefinition =
  | { readonly definition: Definition; readonly problems: readonly Problem[] }
  | { readonly definition: undefined; readonly problems: readonly Problem[] };

export type ParseOptions = CheckOptions & {
  /** Only shown. */
  readonly file: string;
};

/**
 * Reads a saga definition (YAML or JSON, as text or as the bytes of a file) and checks it, all problems in one run, in the
 * order of the file. Never throws: what is too large to be read or no text at all is a problem too.
 */
export function parseDefinition(input: string | Uint8Array, { file, events, sagas }: ParseOptions): ParsedDefinition {
  const text = typeof input === "string" ? input : decodeText(input, file);
  if (typeof text !== "string") return { definition: undefined, problems: [text] };
  const refused = boundsProblem(text, file);
  if (refused !== undefined) return { definition: undefined, problems: [refused] };
  const source = openSource(text, file);
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
