import { type Definition, eventsOf } from "../definition/types.ts";
import type { Expression, Reference } from "../expressions.ts";
import type { CompiledStep, Role } from "./compiled.ts";

type Readers = {
  readonly steps: readonly CompiledStep[];
  readonly roles: ReadonlyMap<string, readonly Role[]>;
  /** Of the saga itself: aliases, search keys, results. */
  readonly others: readonly Expression[];
};

/**
 * Which fields of which event some expression reads: `start.total` of every start event, `steps.X.f` of every done event
 * of X, `event.f` of the event that a guard stands at.
 */
export function fieldsRead(definition: Definition, { steps, roles, others }: Readers): ReadonlyMap<string, ReadonlySet<string> | "all"> {
  const read = new Map<string, Set<string> | "all">();
  const add = (events: readonly string[], field: string | undefined): void => {
    for (const event of events) {
      const known = read.get(event);
      if (known === "all" || field === undefined) read.set(event, "all");
      else read.set(event, new Set([...(known ?? []), field]));
    }
  };
  const note = ({ root, path }: Reference, here: readonly string[]): void => {
    if (root === "start") add(eventsOf(definition.start), path[0]);
    if (root === "event") add(here, path[0]);
    if (root !== "steps") return;
    for (const step of definition.steps) {
      // `steps[name]` may read any of them; of a fan-out `steps.X[key].f` comes under a key that is not known here.
      if (path[0] === undefined || path[0] === step.name) add(eventsOf(step.done), step.each === undefined ? path[1] : undefined);
    }
  };
  for (const reference of [...steps.flatMap(expressionsOf), ...others].flatMap(({ references }) => references)) note(reference, []);
  for (const [event, meanings] of roles) {
    for (const { guard } of meanings) for (const reference of guard?.references ?? []) note(reference, [event]);
  }
  if (steps.some(({ child }) => child !== undefined)) {
    add(["SagaCompleted"], "result");
    add(["SagaStuck"], "cause");
  }
  for (const { name, repeat, each } of steps) {
    const { done = [], failed = [], compensate } = definition.steps.find((step) => step.name === name) ?? {};
    const undoAnswers = compensate?.kind === "undo" ? [...compensate.done, ...compensate.failed] : [];
    for (const reference of repeat?.while.references ?? []) note(reference, eventsOf(done));
    for (const reference of each?.answerKey?.references ?? []) note(reference, eventsOf([...done, ...failed, ...undoAnswers]));
  }
  return read;
}

function expressionsOf({ command, undo, guard, wait, each }: CompiledStep): readonly Expression[] {
  const single = [guard, wait?.kind === "until" ? wait.at : undefined, each?.items, each?.key];
  const fields = [...(command?.fields ?? []), ...(undo?.request.fields ?? [])].map(([, expression]) => expression);
  return [...single.filter((expression) => expression !== undefined), ...fields];
}
