import type { CompiledDefinition } from "../compile/compiled.ts";
import { doneEvents } from "../fold/acts/act-data.ts";
import type { Missing } from "../migration/missing.ts";
import { type SagaState, stepOf } from "../state.ts";
import type { AskedUndo } from "./other-life.ts";

/**
 * How an instance would have fared otherwise. `ends-differently`: in another status. `hangs`: it would be stuck, or wait
 * for something that did not come. `compensates-differently`: other undos, with other data, or in another order.
 * `data-missing`: its history does not say.
 */
export type Difference = {
  readonly kind: "ends-differently" | "hangs" | "compensates-differently" | "data-missing";
  readonly sentence: string;
  readonly missing: readonly Missing[];
};

type Lived = { readonly state: SagaState; readonly undos: readonly AskedUndo[] };
type Comparing = {
  readonly running: CompiledDefinition;
  readonly other: CompiledDefinition;
  readonly life: Lived;
  readonly otherLife: Lived;
};

const ENDED: readonly string[] = ["completed", "compensated", "declined", "unmatched"];

export function differenceOf(comparing: Comparing): Difference | null {
  const { life, otherLife } = comparing;
  const undos = undoSentence(life, otherLife);
  const [was, would] = [life.state.status, otherLife.state.status];
  if (was !== would && ENDED.includes(would)) return told("ends-differently", `it would be ${would} instead of ${was}${why(otherLife)}`);
  if (undos !== undefined) return told("compensates-differently", `${undos}${why(otherLife)}`);
  const stuck = otherLife.state.stuck?.find(({ cause }) => !(life.state.stuck ?? []).some((known) => known.cause === cause));
  if (stuck !== undefined) return told("hangs", `it would be stuck: ${stuck.cause}`);
  const waits = waitingFor(comparing);
  if (was !== would) return told("hangs", `it would be ${would} instead of ${was}${waits === undefined ? "" : `, and ${waits}`}`);
  return waits === undefined ? null : told("hangs", `it would ${waits}`);
}

const told = (kind: Difference["kind"], sentence: string): Difference => ({ kind, sentence, missing: [] });

/** What turned it, as far as it did. */
function why({ state: { turn } }: Lived): string {
  if (turn === undefined) return "";
  return ` (turned by ${turn.step === null ? "" : `${turn.step}: `}${turn.cause})`;
}

function undoSentence(life: Lived, other: Lived): string | undefined {
  const at = other.undos.findIndex((undo, index) => undo.event !== life.undos[index]?.event || undo.payload !== life.undos[index]?.payload);
  const [asked, asks] = at < 0 ? [life.undos[other.undos.length], undefined] : [life.undos[at], other.undos[at]];
  if (asked === undefined && asks === undefined) return undefined;
  if (asks === undefined) return `it would not ask for ${asked?.event} to undo ${asked?.step}`;
  if (asked === undefined) return `it would ask for ${asks.event} to undo ${asks.step}, which nobody was asked for`;
  if (asked.event === asks.event) return `it would ask for ${asks.event} with other data: ${asks.payload} instead of ${asked.payload}`;
  return `it would ask for ${asks.event} to undo ${asks.step} where it asked for ${asked.event}`;
}

/** Steps that only the other life waits for. One under another name that the same events end is no other one. */
function waitingFor({ running, other, life, otherLife }: Comparing): string | undefined {
  const known = new Set(waitsOf(running, life.state).map((step) => awaitedBy(running, step)));
  const waits = waitsOf(other, otherLife.state).filter((step) => !known.has(awaitedBy(other, step)));
  if (waits.length === 0) return undefined;
  return `wait for ${waits.map((name) => waitText(name, { running, other })).join(" and ")}`;
}

function waitsOf({ steps }: CompiledDefinition, state: SagaState): readonly string[] {
  return steps.map(({ name }) => name).filter((name) => ["open", "undoing"].includes(stepOf(state, name).status));
}

function awaitedBy(definition: CompiledDefinition, step: string): string {
  const events = doneEvents(definition, step);
  return events.length === 0 ? step : events.toSorted().join(" ");
}

function waitText(step: string, { running, other }: Pick<Comparing, "running" | "other">): string {
  const events = doneEvents(other, step);
  const unknown = events.filter((event) => !running.wants.has(event));
  const note =
    unknown.length === 0 ? "" : `; version ${running.version} does not follow ${unknown.join(", ")}, so nobody can tell whether it came`;
  return events.length === 0 ? step : `${step} (${events.join(" or ")}${note})`;
}
