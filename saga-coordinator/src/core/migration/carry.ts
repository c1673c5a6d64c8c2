import type { CompiledDefinition, CompiledStep } from "../compile/compiled.ts";
import { buildPayload } from "../fold/scope.ts";
import { elementKey, elementOf } from "../fold/standing.ts";
import { fieldsToJson } from "../history.ts";
import type { SagaState, Sending, StepState } from "../state.ts";
import { carryTimers } from "./carry-timers.ts";
import { knownAs, type Place, wasTouched } from "./places.ts";

type Between = { readonly from: CompiledDefinition; readonly to: CompiledDefinition; readonly saga: SagaState };

/**
 * The state under the other version, before anything follows from it: steps under their new names with all that is known
 * of them, limits of the other version. Only for places without problems.
 */
export function carryOver({ from, to, saga }: Between, places: readonly Place[]): SagaState {
  const units = unitsCarried(saga, places);
  const steps = units.map(({ unit, state, target }) => [target, keepSaying({ from, saga }, unit, state)] as const);
  const renamed = new Map(units.map(({ unit, target }) => [unit.name, target]));
  const { effectNames: _, ...kept } = saga;
  const effectNames = effectNamesOf(saga, places);
  return {
    ...kept,
    version: to.version,
    steps: Object.fromEntries(steps),
    timers: carryTimers({ from, to, saga, renamed }),
    ...(Object.keys(effectNames).length === 0 ? {} : { effectNames }),
  };
}

type Unit = { readonly unit: CompiledStep; readonly state: StepState; readonly target: string };

/** Every step and element that something is known of, and the name under which that goes on. */
function unitsCarried({ steps }: SagaState, places: readonly Place[]): readonly Unit[] {
  return places.flatMap(({ before, to }) => {
    if (to === null) return [];
    const prefix = `${before.name}/`;
    return Object.entries(steps).flatMap(([name, state]): readonly Unit[] => {
      if (name === before.name) return [{ unit: before, state, target: to }];
      if (!name.startsWith(prefix)) return [];
      return [{ unit: elementOf(before, elementKey(name)), state, target: `${to}/${name.slice(prefix.length)}` }];
    });
  });
}

/** The effects of a renamed step keep the name under which participants know them. */
function effectNamesOf(saga: SagaState, places: readonly Place[]): { readonly [step: string]: string } {
  const named = places.flatMap(({ before, to }) => {
    const known = knownAs(saga, before);
    return to === null || to === known || !wasTouched(saga, before) ? [] : [[to, known] as const];
  });
  return Object.fromEntries(named);
}

/** What is in flight, or was silent, may be sent again under the same id, and the same id always says the same: as it was said first. */
function keepSaying(of: Pick<Between, "from" | "saga">, unit: CompiledStep, state: StepState): StepState {
  const { status, do: asked, undo: undoing } = state;
  const [asks, undoes] = [status === "open" || status === "unknown", status === "undoing" || status === "undoUsedUp"];
  return {
    ...state,
    ...(asked === undefined || !asks ? {} : { do: frozen(of, unit, { sending: asked, request: unit.command }) }),
    ...(undoing === undefined || !undoes ? {} : { undo: frozen(of, unit, { sending: undoing, request: undoOf(unit) }) }),
  };
}

/** What a sub-saga's undo says follows from the state alone. */
const undoOf = ({ child, undo }: CompiledStep): CompiledStep["command"] => (child === undefined ? undo?.request : undefined);

function frozen(
  { from, saga }: Pick<Between, "from" | "saga">,
  unit: CompiledStep,
  { sending, request }: { readonly sending: Sending; readonly request: CompiledStep["command"] },
): Sending {
  // After an explicit failure the next sending has an id of its own.
  const isNext = sending.resend === "failed" || sending.ids.length < sending.attempt;
  if (request === undefined || sending.payload !== undefined || isNext) return sending;
  const built = buildPayload({ definition: from, saga }, request, unit);
  return "value" in built ? { ...sending, payload: fieldsToJson(built.value, "all") } : sending;
}
