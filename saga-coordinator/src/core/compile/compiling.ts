import type { Site } from "../expressions/types/typing.ts";
import type { Expression, Scope } from "../expressions.ts";

/** Compiles CEL of a checked definition. Throws DEFINITION_INVALID for text that is no CEL. */
export type CompileStrictly = (scope: Scope, text: string, site: Site) => Expression;
