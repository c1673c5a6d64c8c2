export type { ParsedDefinition, ParseOptions } from "../core/index.ts";
export { parseDefinition } from "./parse-definition.ts";
