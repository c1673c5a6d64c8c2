import type { Json, JsonObject } from "@troupe/kernel";
import { type SagaState, type Sending, type StepState, stepOf, type Timer } from "../../state.ts";
import type { StepStatus } from "../../transitions.ts";
import { NOW } from "./now.ts";
import { baseOf, type Participant, type World } from "./world.ts";

/** The core's state and the truth around it, as they came out of a fact. */
type RawWorld = World;

/**
 * The normal form of worlds: times become one moment, places in history become ranks, and texts for people go. Two
 * worlds with the same normal form have the same future, so a proof looks at one of them only. Steps that are the same
 * are one object with one number, which makes a world's key short and its comparison exact.
 */
export type NormalForm = {
  world(raw: RawWorld): World;
  /** The same for worlds of the same normal form. */
  key(world: World): string;
};

/** `exact`: the order in history is kept; `reduced`: independent steps stand in the order of the file. Keys of both compare. */
export function createNormalForms(fileOrder: ReadonlyMap<string, number>): { readonly exact: NormalForm; readonly reduced: NormalForm } {
  const steps = createSteps();
  return { exact: normalForm(steps, undefined), reduced: normalForm(steps, fileOrder) };
}

function normalForm(steps: Steps, fileOrder: ReadonlyMap<string, number> | undefined): NormalForm {
  const orderOf = (name: string, order: number): number => (fileOrder === undefined ? order : (fileOrder.get(baseOf(name)) ?? 0) + 1);
  return {
    world: ({ saga, participants, guards }) => ({
      saga: normalSaga(saga, steps, orderOf),
      participants: normalParticipants(participants, { saga, orderOf }),
      guards,
    }),
    key: (world) => keyOf(world, steps),
  };
}

type OrderOf = (name: string, order: number) => number;

const TIMER: Timer = { dueAt: NOW, generation: 0 };
/** Steps of these statuses are not ordered among others any more. */
const UNORDERED: ReadonlySet<string> = new Set(["waiting", "failed", "skipped", "pruned", "undone", "waived"]);

function normalSaga(saga: SagaState, table: Steps, orderOf: OrderOf): SagaState {
  const { steps, timers, search: _, result: __, unexpected: ___, endedAt: ____, ...rest } = saga;
  const names = Object.keys(steps).sort();
  const settled = names.map((name) => {
    const bare = table.bare(steps[name] as StepState); // the names are its keys
    return { name, bare, order: bare.ordered ? orderOf(name, bare.step.order) : 0 };
  });
  const rankOf = ranksOf(settled.map(({ order }) => order));
  return {
    ...rest,
    ...(saga.startedAt === undefined ? {} : { startedAt: NOW }),
    ...(saga.turn === undefined ? {} : { turn: { step: null, cause: "", at: NOW } }),
    ...(saga.stuck === undefined ? {} : { stuck: saga.stuck.map(({ step }) => ({ step, cause: "", actions: [] })) }),
    ...(saga.early === undefined ? {} : { early: saga.early.map(({ entry }, at) => ({ entry, order: at + 1 })) }),
    steps: Object.fromEntries(settled.map(({ name, bare, order }) => [name, table.ranked(bare, rankOf(order))])),
    timers: Object.fromEntries(
      Object.keys(timers)
        .sort()
        .map((name) => [name, TIMER]),
    ),
    order: Math.max(saga.early?.length ?? 0, ...settled.map(({ order }) => rankOf(order)), 0),
  };
}

/** Orders as places: 0 stays 0, the others become 1, 2, 3 and so on, equal ones equal. */
function ranksOf(orders: readonly number[]): (order: number) => number {
  const sorted = [...new Set(orders)].filter((order) => order > 0).sort((a, b) => a - b);
  return (order) => sorted.indexOf(order) + 1;
}

type Bare = { readonly step: StepState; readonly text: string; readonly ordered: boolean };
type Steps = { bare(step: StepState): Bare; ranked(bare: Bare, rank: number): StepState; number(step: StepState): number };

function createSteps(): Steps {
  const bares = new WeakMap<StepState, Bare>();
  const numbers = new WeakMap<StepState, number>();
  const byText = new Map<string, StepState>();
  const bare = (step: StepState): Bare => {
    const known = bares.get(step);
    if (known !== undefined) return known;
    const settled = settledStep(step);
    const fresh = { step: settled, text: JSON.stringify({ ...settled, order: 0 }), ordered: !UNORDERED.has(step.status) };
    bares.set(step, fresh);
    return fresh;
  };
  return {
    bare,
    ranked({ step, text, ordered }, rank) {
      const key = `${rank} ${text}`;
      const known = byText.get(key);
      if (known !== undefined) return known;
      const ranked = { ...step, order: rank };
      byText.set(key, ranked);
      numbers.set(ranked, byText.size);
      bares.set(ranked, { step: ranked, text, ordered });
      return ranked;
    },
    number: (step) => numbers.get(step) ?? 0,
  };
}

/** How often a request was sent is forgotten once nothing is asked any more. */
const asked = ({ attempt, ids }: Sending): Sending => ({ attempt, tries: 1, ids });
const askedOnce = ({ ids }: Sending): Sending => ({ attempt: 1, tries: 1, ids: ids.slice(0, 1) });

function settledStep(step: StepState): StepState {
  const { do: sending, undo, doneAt, openedAt: _, settledAt: __, undoneAt: ___, reason: ____, ...rest } = step;
  const isUndone = step.status === "undone" || step.status === "waived";
  const settled = {
    ...rest,
    ...(sending === undefined
      ? {}
      : { do: step.status === "open" ? sending : step.status === "unknown" ? asked(sending) : askedOnce(sending) }),
    ...(undo === undefined ? {} : { undo: isUndone ? asked(undo) : undo }),
    ...(doneAt === undefined || isUndone ? {} : { doneAt: NOW }),
  };
  return sorted(settled as unknown as Json) as unknown as StepState; // a step is plain JSON by its own contract
}

/** Keys in one order, so that the same content is the same text. */
function sorted(json: Json): Json {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map((item: Json) => sorted(item));
  const map = json as JsonObject; // the only kind of JSON left
  return Object.fromEntries(
    Object.keys(map)
      .sort()
      .map((key) => [key, sorted(map[key] as Json)]), // one of its own keys
  );
}

function normalParticipants(
  participants: World["participants"],
  { saga, orderOf }: { saga: SagaState; orderOf: OrderOf },
): World["participants"] {
  const names = Object.keys(participants).sort();
  const settled = names.map((name) => {
    const one = settledParticipant(participants[name] as Participant, stepOf(saga, name).status); // the names are its keys
    return { name, one, order: one.order === 0 ? 0 : orderOf(name, one.order) };
  });
  const rankOf = ranksOf(settled.map(({ order }) => order));
  return Object.fromEntries(settled.map(({ name, one, order }) => [name, { ...one, order: rankOf(order) }]));
}

function settledParticipant(one: Participant, status: StepStatus): Participant {
  // Undone, or promised never to be: what it was before makes no difference any more.
  if (one.undone && one.done !== "untold") return { done: "no", undone: true, failed: false, opened: false, order: 0 };
  if (one.undone) return { ...one, failed: false, opened: false, order: 0 };
  return UNORDERED.has(status) && one.done !== "told" ? { ...one, order: 0 } : one;
}

function keyOf({ saga, participants, guards }: World, table: Steps): string {
  const { steps, timers, start: _, tenant: __, id: ___, definition: ____, ...rest } = saga;
  return [
    JSON.stringify(rest),
    ...Object.entries(steps).map(([name, step]) => `${name}${table.number(step)}`),
    ...Object.keys(timers),
    ...Object.entries(participants).map(
      ([name, one]) => `${name}${one.done[0]}${one.done.length}${Number(one.undone)}${Number(one.failed)}${Number(one.opened)}${one.order}`,
    ),
    ...Object.entries(guards).map(([atom, is]) => `${atom}${is}`),
  ].join(",");
}
