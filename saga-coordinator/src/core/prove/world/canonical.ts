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

/**
 * `exact`: the order in history is kept; `reduced`: independent steps stand in the order of the file. Keys of both
 * compare. Of a step that `fansOut` it matters later whether it had opened.
 */
export function createNormalForms(
  fileOrder: ReadonlyMap<string, number>,
  fansOut: ReadonlySet<string>,
): { readonly exact: NormalForm; readonly reduced: NormalForm } {
  const steps = createSteps(fansOut);
  return { exact: normalForm(steps, undefined), reduced: normalForm(steps, fileOrder) };
}

function normalForm(steps: Steps, fileOrder: ReadonlyMap<string, number> | undefined): NormalForm {
  const orderOf = (name: string, order: number): number => (fileOrder === undefined ? order : (fileOrder.get(baseOf(name)) ?? 0) + 1);
  return {
    world: ({ saga, participants, guards, aliases }) => ({
      saga: normalSaga(saga, steps, orderOf),
      participants: normalParticipants(participants, { saga, orderOf }),
      guards,
      aliases,
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
    const step = steps[name] as StepState; // the names are its keys
    const bare = table.bare(step, name);
    return { name, bare, order: bare.ordered ? orderOf(name, step.order) : 0 };
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

/** A step but for its place in history; `byRank` are those that it was given, each one object. */
type Bare = { readonly step: StepState; readonly ordered: boolean; readonly byRank: StepState[] };
type Steps = { bare(step: StepState, name: string): Bare; ranked(bare: Bare, rank: number): StepState; number(step: StepState): number };

function createSteps(fansOut: ReadonlySet<string>): Steps {
  const bares = new WeakMap<StepState, Bare>();
  const numbers = new WeakMap<StepState, number>();
  const byText = new Map<string, Bare>();
  let count = 0;
  const bareOf = (step: StepState, name: string): Bare => {
    const opened = fansOut.has(name) && step.openedAt !== undefined ? { openedAt: NOW } : {};
    const settled = { ...settledStep(step), ...opened };
    const text = JSON.stringify({ ...settled, order: 0 });
    const known = byText.get(text) ?? { step: settled, ordered: !UNORDERED.has(step.status), byRank: [] };
    byText.set(text, known);
    return known;
  };
  return {
    bare(step, name) {
      const bare = bares.get(step) ?? bareOf(step, name);
      bares.set(step, bare);
      return bare;
    },
    ranked(bare, rank) {
      const known = bare.byRank[rank];
      if (known !== undefined) return known;
      const ranked = { ...bare.step, order: rank };
      bare.byRank[rank] = ranked;
      numbers.set(ranked, ++count);
      bares.set(ranked, bare);
      return ranked;
    },
    number: (step) => numbers.get(step) ?? 0,
  };
}

/** How often a request was sent is forgotten once nothing is asked any more. */
const asked = ({ attempt, ids }: Sending): Sending => ({ attempt, tries: 1, ids });
const askedOnce = ({ ids }: Sending): Sending => ({ attempt: 1, tries: 1, ids: ids.slice(0, 1) });

/** What used it up matters to operators alone. */
function usedUp({ resend: _, ...sending }: Sending): Sending {
  return sending;
}

function settledStep(step: StepState): StepState {
  const { do: sending, undo, doneAt, openedAt: _, settledAt: __, undoneAt: ___, reason: ____, ...rest } = step;
  const isUndone = step.status === "undone" || step.status === "waived";
  const settled = {
    ...rest,
    ...(sending === undefined
      ? {}
      : { do: step.status === "open" ? sending : step.status === "unknown" ? asked(sending) : askedOnce(sending) }),
    ...(undo === undefined ? {} : { undo: isUndone ? asked(undo) : step.status === "undoUsedUp" ? usedUp(undo) : undo }),
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

function keyOf({ saga, participants, guards, aliases }: World, table: Steps): string {
  const { steps, timers, start: _, tenant: __, id: ___, definition: ____, ...rest } = saga;
  return [
    JSON.stringify(rest),
    ...Object.entries(steps).map(([name, step]) => `${name}${table.number(step)}`),
    ...Object.keys(timers),
    ...Object.entries(participants).map(
      ([name, one]) => `${name}${one.done[0]}${one.done.length}${Number(one.undone)}${Number(one.failed)}${Number(one.opened)}${one.order}`,
    ),
    ...Object.entries(guards).map(([atom, is]) => `${atom}${is}`),
    ...Object.entries(aliases).map(([alias, standing]) => `${alias}@${standing}`),
  ].join(",");
}
