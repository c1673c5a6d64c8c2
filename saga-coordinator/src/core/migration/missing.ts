import type { JsonObject } from "@troupe/kernel";
import type { CompiledDefinition, CompiledStep } from "../compile/compiled.ts";
import { doneEvents, startEvents } from "../fold/acts/act-data.ts";
import { elementStates } from "../fold/standing.ts";
import { type SagaState, stepOf } from "../state.ts";
import type { Place } from "./places.ts";
import { type Fields, readsOf } from "./reads.ts";

/**
 * Data that the other version reads and this one did not keep. `of`: `start`, a step of the other version, or an event
 * that waits for the start. `fields`: `*` stands for all of them.
 */
export type Missing = { readonly of: string; readonly fields: readonly string[] };

type Between = { readonly from: CompiledDefinition; readonly to: CompiledDefinition; readonly saga: SagaState };

/**
 * The history keeps the fields that its own version reads and no others, so what another one reads besides is gone. A
 * field that is read by both and is absent was absent in the event.
 */
export function missingData({ from, to, saga }: Between, places: readonly Place[]): readonly Missing[] {
  const reads = readsOf(to);
  const start = saga.start === undefined ? [] : lacking(reads.start, keptOf(from, startEvents(from)), [saga.start]);
  const steps = places.flatMap(({ before, to: name }) => {
    if (name === null) return [];
    const fields = lackingOf(before, { from, saga, wanted: reads.steps.get(name) ?? NOTHING });
    return fields.length === 0 ? [] : [{ of: name, fields }];
  });
  const early = (saga.early ?? []).flatMap(({ entry: { name } }) => {
    const fields = lacking(to.reads.get(name) ?? NOTHING, keptOf(from, [name]), []);
    return fields.length === 0 ? [] : [{ of: name, fields }];
  });
  return [...(start.length === 0 ? [] : [{ of: "start", fields: start }]), ...steps, ...early];
}

const NOTHING: ReadonlySet<string> = new Set();

/** A sub-saga's result is kept as a whole; of a step that is not done nothing is there to be missed yet. */
function lackingOf(
  step: CompiledStep,
  { from, saga, wanted }: { readonly from: CompiledDefinition; readonly saga: SagaState; readonly wanted: Fields },
): readonly string[] {
  if (step.child !== undefined || step.wait !== undefined) return [];
  const states = step.each === undefined ? [stepOf(saga, step.name)] : elementStates(saga, step).map(([, element]) => element);
  const done = states.filter(({ doneAt }) => doneAt !== undefined);
  const payloads = done.map(({ payload = {} }) => payload);
  return done.length === 0 ? [] : lacking(wanted, keptOf(from, doneEvents(from, step.name)), payloads);
}

/** What is wanted, was not kept, and is not there by chance in every one of `found`. */
export function lacking(wanted: Fields, kept: Fields, found: readonly JsonObject[]): readonly string[] {
  if (kept === "all") return [];
  if (wanted === "all") return ["*"];
  const isThere = (field: string): boolean => found.length > 0 && found.every((payload) => Object.hasOwn(payload, field));
  return [...wanted].filter((field) => !kept.has(field) && !isThere(field)).sort();
}

/** Fields that the history keeps of each one of these events. */
export function keptOf({ reads }: CompiledDefinition, events: readonly string[]): Fields {
  const kept = events.map((event): Fields => reads.get(event) ?? NOTHING);
  if (kept.length > 0 && kept.every((fields) => fields === "all")) return "all";
  const [first = NOTHING, ...others] = kept.filter((fields) => fields !== "all");
  return new Set([...first].filter((field) => others.every((fields) => fields.has(field))));
}
