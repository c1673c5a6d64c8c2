import { checkEvents } from "./check/check-events.ts";
import { checkExpressions } from "./check/check-expressions.ts";
import { checkOrder } from "./check/check-order.ts";
import { checkRules } from "./check/check-rules.ts";
import type { Checking } from "./check/checking.ts";
import { graphOf } from "./check/graph.ts";
import type { Problem } from "./problems.ts";
import { readDefinition } from "./read/read-definition.ts";
import { openSource } from "./read/source.ts";
import type { Definition, KnownEvent } from "./types.ts";

/** `problems` of a definition that can be used holds warnings only. */
export type ParsedDefinition =
  | { readonly definition: Definition; readonly problems: readonly Problem[] }
  | { readonly definition: undefined; readonly problems: readonly Problem[] };

/**
 * Reads a saga definition (YAML or JSON) and checks it, all problems in one run, in the order of the file.
 * `file` is only shown. `events`: what is known of the events; without it no event, field or topic is checked.
 */
export function parseDefinition(
  text: string,
  { file, events }: { readonly file: string; readonly events?: readonly KnownEvent[] },
): ParsedDefinition {
  const source = openSource(text, file);
  const definition = readDefinition(source);
  if (definition !== undefined) check({ source, definition, events, graph: graphOf(definition.steps) });
  const problems = inFileOrder(source.problems);
  const usable = definition !== undefined && problems.every(({ severity }) => severity === "warning");
  return usable ? { definition, problems } : { definition: undefined, problems };
}

function check(checking: Checking): void {
  checkOrder(checking);
  checkEvents(checking);
  checkExpressions(checking);
  checkRules(checking);
}

function inFileOrder(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}
