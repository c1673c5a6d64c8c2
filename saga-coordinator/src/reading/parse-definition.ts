import { definitionFrom, type ParsedDefinition, type ParseOptions } from "../core/index.ts";
import { boundsProblem, decodeText } from "./text-bounds.ts";
import { treeOf } from "./yaml-tree.ts";

/**
 * Reads a saga definition (YAML or JSON, as text or as the bytes of a file) and checks it, all problems in one run, in the
 * order of the file. Never throws: what is too large to be read or no text at all is a problem too.
 */
export function parseDefinition(input: string | Uint8Array, options: ParseOptions): ParsedDefinition {
  const text = typeof input === "string" ? input : decodeText(input, options.file);
  if (typeof text !== "string") return { definition: undefined, problems: [text] };
  const refused = boundsProblem(text, options.file);
  return refused === undefined ? definitionFrom(treeOf(text), options) : { definition: undefined, problems: [refused] };
}
