import type { EventFact, Fact, Payload } from "@troupe/kernel";
import { type Action, effectText } from "../../effect-id.ts";
import type { Reaction } from "../../react.ts";
import { type SagaState, stepOf } from "../../state.ts";
import { aliasesAfter, refusalOf } from "./aliases.ts";
import { sizeAtom } from "./choices.ts";
import type { Answered, Happening } from "./happenings.ts";
import type { Model } from "./model.ts";
import { NOW } from "./now.ts";
import { markedFields, samplePayload } from "./oracle.ts";
import { effectKey, type Participant, participantOf, type World } from "./world.ts";

/** What a happening led to; `world` is not in its normal form yet. `raw` is the core's own reaction, with its texts. */
export type Outcome = { readonly world: World; readonly raw: Reaction; readonly fact: Fact; readonly surprise: boolean };

/** Lets it happen. More than one outcome when a guard was read for the first time: one for each of its values. */
export function happen(model: Model, before: World, happening: Happening): readonly Outcome[] {
  const { oracle } = model;
  const world = "element" in happening ? worldWith(model, before, happening) : before;
  if (world === undefined) return [];
  oracle.guards = world.guards;
  oracle.missing.length = 0;
  const fact = factOf(model, world, happening);
  const raw = model.react(model.compiled, world.saga, { fact, now: NOW });
  const [atom] = oracle.missing;
  if (atom !== undefined) {
    return [true, false].flatMap((value) => happen(model, { ...world, guards: { ...world.guards, [atom]: value } }, happening));
  }
  if (raw.history.length === 0) return [];
  return [{ raw, fact, world: after(model, world, { happening, raw }), surprise: isSurprise(world, { happening, raw }) }];
}

/**
 * The world in which an element may be answered for: its list is long enough. Undefined: the path has taken it as
 * shorter. `e2` is the second element.
 */
function worldWith(model: Model, world: World, { step, element }: Answered): World | undefined {
  const each = model.stepByName.get(step)?.step.each;
  if (each === undefined || element === "") return world;
  const shorter = Array.from({ length: Number(element.slice(1)) }, (_, size) => sizeAtom(each.items, size));
  if (shorter.some((atom) => world.guards[atom] === true)) return undefined;
  if (shorter.every((atom) => world.guards[atom] === false)) return world;
  return { ...world, guards: { ...world.guards, ...Object.fromEntries(shorter.map((atom) => [atom, false])) } };
}

/** Guards over the event that hold: the one that gives it its meaning, and that of a repeated step that goes on. */
function eventGuardsOf({ stepByName }: Model, happening: Happening): readonly string[] {
  const guard = "guard" in happening && happening.guard !== undefined ? [happening.guard] : [];
  const repeat = "goesOn" in happening && happening.goesOn ? stepByName.get(happening.step)?.step.repeat : undefined;
  return repeat === undefined ? guard : [...guard, repeat.while];
}

function after({ definition }: Model, world: World, { happening, raw }: { happening: Happening; raw: Reaction }): World {
  const told = "step" in happening ? toldBy(happening) : {};
  if (Object.keys(told).length === 0 && isUntouched(world.saga, raw.state)) return world;
  const participants = { ...world.participants };
  const order = Object.values(participants).reduce((last, one) => Math.max(last, one.order), 0) + 1;
  const change = (effect: string, to: Partial<Participant>): void => {
    participants[effect] = { ...participantOf({ participants }, effect), ...to };
  };
  if ("step" in happening)
    change(effectKey(happening.step, happening.element), happening.kind === "done" && "done" in told ? { ...told, order } : told);
  for (const name of openedBy(world, raw)) if (!participantOf({ participants }, name).opened) change(name, { opened: true, order });
  for (const effect of raw.effects) if (effect.kind === "command" && effect.attempt > 1) change(effect.step, { failed: false });
  const event = "event" in happening ? happening.event : undefined;
  const lost = happening.kind === "aliasLost" ? happening.alias : undefined;
  return { ...world, saga: raw.state, participants, aliases: aliasesAfter(definition, world, { raw, event, lost }) };
}

/** Steps and elements that opened; one may open and be undone by one and the same fact. */
function openedBy({ saga }: World, { state, effects }: Reaction): readonly string[] {
  const open = Object.entries(state.steps).flatMap(([name, { status }]) =>
    status === "open" && stepOf(saga, name).status !== "open" ? [name] : [],
  );
  const told = effects.flatMap((effect) => {
    if (effect.kind === "command") return [effect.step];
    return effect.kind === "lifecycle" && effect.event === "StepOpened" ? [String(effect.payload["step"])] : [];
  });
  return [...open, ...told];
}

/** What a path may hold only so many of: see `ProofBounds.surprises`. */
function isSurprise(before: World, { happening, raw }: { happening: Happening; raw: Reaction }): boolean {
  const { early, again, crossed } = { early: false, again: false, crossed: false, ...happening };
  if (early || again || crossed || happening.kind === "aliasLost") return true;
  if (raw.effects.some((effect) => (effect.kind === "command" || effect.kind === "compensation") && effect.sending > 1)) return true;
  return Object.entries(raw.state.steps).some(
    ([name, { status }]) => status === "undoUsedUp" && stepOf(before.saga, name).status !== status,
  );
}

/** The core copies what it changes, so what it did not change is the same object. */
function isUntouched(before: SagaState, after: SagaState): boolean {
  const { steps, timers, status, early, remembered, claims, claimsRefused } = after;
  if (steps !== before.steps || timers !== before.timers || status !== before.status) return false;
  return early === before.early && remembered === before.remembered && claims === before.claims && claimsRefused === before.claimsRefused;
}

function toldBy({ kind, again, crossed, goesOn }: Answered): Partial<Participant> {
  if (goesOn) return {};
  switch (kind) {
    case "done":
      return again ? {} : { done: "told", failed: false, opened: true };
    case "failed":
      return again ? {} : { failed: true };
    case "undone":
      return crossed ? { done: "untold", undone: true } : { undone: true };
    case "undoFailed":
      return {};
    default:
      return kind satisfies never;
  }
}

function factOf(model: Model, world: World, happening: Happening): Fact {
  switch (happening.kind) {
    case "timer":
      return { kind: "timer", identity: `timer:${happening.name}`, name: happening.name, dueAt: NOW };
    case "cancel":
      return { kind: "act", identity: "act:cancel", name: "cancel", data: {} };
    case "aliasLost":
      return refusalOf(happening.alias, world);
    case "start":
      return eventFact(model, { world, event: happening.event, guards: eventGuardsOf(model, happening) });
    default:
      return answerFact(model, { world, answered: happening });
  }
}

function answerFact(model: Model, { world, answered }: { world: World; answered: Answered }): EventFact {
  const { step, element, event, kind, attempt } = answered;
  const action: Action = kind === "done" || kind === "failed" ? "do" : "undo";
  const state = stepOf(world.saga, effectKey(step, element));
  const causationId = state[action]?.ids[attempt - 1];
  const { tenant, id: sagaId, definition } = world.saga;
  const known = model.stepByName.get(step);
  const isNamed = causationId !== undefined || element !== "" || known?.kind === "saga";
  const effect = isNamed ? effectText({ tenant, definition, sagaId, step, element, round: state.round ?? 1 }) : undefined;
  return eventFact(model, { world, event, guards: eventGuardsOf(model, answered), causationId, effect, role: known?.step.human?.role });
}

/** A sub-saga tells its result as JSON text. */
const NO_RESULT: Payload = { result: "{}" };

type Event = { readonly world: World; readonly event: string; readonly guards: readonly string[] } & {
  readonly [key in "causationId" | "effect" | "role"]?: string | undefined;
};

function eventFact({ compiled, definition, events }: Model, { world, event, guards, causationId, effect, role }: Event): EventFact {
  const reads = compiled.reads.get(event);
  return {
    kind: "event",
    identity: `event:${event}`,
    name: event,
    envelope: {
      id: event,
      type: event,
      source: `/${definition.saga}`,
      time: NOW,
      tenant: world.saga.tenant,
      ...(effect === undefined ? {} : { effect }),
      ...(causationId === undefined ? {} : { causationId }),
      ...(role === undefined ? {} : { role }),
    },
    payload: {
      ...samplePayload(events.get(event), reads === undefined || reads === "all" ? ["sample"] : reads),
      ...markedFields(guards),
      ...(event === "SagaCompleted" ? NO_RESULT : {}),
    },
    origin: { topic: "proof", partition: 0, offset: 0 },
  };
}
