import type { Definition } from "../definition/types.ts";
import type { Reference } from "../expressions.ts";
import type { CompiledStep } from "./compiled.ts";

/** Which fields of which event some expression reads: `start.total` of every start event, `steps.X.f` of every done event of X. */
export function fieldsRead(definition: Definition, steps: readonly CompiledStep[]): ReadonlyMap<string, ReadonlySet<string> | "all"> {
  const read = new Map<string, Set<string> | "all">();
  const add = (events: readonly string[], field: string | undefined): void => {
    for (const event of events) {
      const known = read.get(event);
      if (known === "all" || field === undefined) read.set(event, "all");
      else read.set(event, new Set([...(known ?? []), field]));
    }
  };
  for (const { root, path } of steps.flatMap(referencesOf)) {
    if (root === "start") add(definition.start, path[0]);
    if (root === "steps") {
      // `steps[name]` may read any of them.
      for (const step of definition.steps) if (path[0] === undefined || path[0] === step.name) add(step.done, path[1]);
    }
  }
  return read;
}

function referencesOf({ command, undo }: CompiledStep): readonly Reference[] {
  return [...(command?.fields ?? []), ...(undo?.request.fields ?? [])].flatMap(([, expression]) => expression.references);
}
