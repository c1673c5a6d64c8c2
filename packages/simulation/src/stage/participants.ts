import type { Json } from "@troupe/kernel";
import type {
  EffectRule,
  Entity,
  HttpStart,
  Incoming,
  Publish,
  Reaction,
  ReactionContext,
  RetryPolicy,
  ServiceDefinition,
} from "@troupe/service-kit";
import { Type } from "typebox";
import { type CastStep, eventOf, type Saga, startOf } from "./cast.ts";
import { BEHAVIOURS, behaviourOf, LATE_ANSWER_MILLIS } from "./plans.ts";

type Payload = { readonly orderId: string; readonly plan: string; readonly ref?: string; readonly again?: boolean };
type Events = { readonly [name: string]: Payload };

/** What a participant knows of one effect: how often it was asked, and what it did to its world. */
export type EffectBook = { readonly tries: number; readonly done: number; readonly undoTries: number; readonly undone: number };
/** By effect, `saga.step`. */
export type Books = { readonly [effect: string]: EffectBook };

const EMPTY: EffectBook = { tries: 0, done: 0, undoTries: 0, undone: 0 };
export const bookOf = (books: Books, effect: string): EffectBook => books[effect] ?? EMPTY;

/** A call to the outside, which counts by its key. Rejects when nobody answers. */
export type Outside = (effect: string, key: string) => Promise<void>;

type Service = ServiceDefinition<Events, Books>;
type Part = { readonly saga: string; readonly step: CastStep; readonly effect: string };

/** How a saga's reference follows from its id. */
export const refOf = (sagaId: string): string => `ref-${sagaId}`;

/** A participant that plays all steps of one service, each as the plan in the request says. */
export function participant(name: "alpha" | "beta", sagas: readonly Saga[], outside: Outside): Service {
  const parts = sagas.flatMap(({ name: saga, steps }) =>
    steps.filter(({ service }) => service === name).map((step): Part => ({ saga, step, effect: `${saga}.${step.name}` })),
  );
  return {
    name,
    publishes: parts.flatMap((part) => (["Done", "Failed", "Undone", "UndoFailed"] as const).map((about) => nameOf(part, about))),
    entity: { initial: {}, decide: Object.assign({}, ...parts.map(decisions)), evolve: Object.assign({}, ...parts.map(evolutions)) },
    reactions: parts.filter(({ step }) => step.kind === "reaction").map((part) => reactionOf(part, outside)),
    effects: Object.fromEntries(parts.map((part) => [part.effect, ruleOf(part)])),
    ...(name === "alpha" ? { http: [HTTP_START] } : {}),
  };
}

const nameOf = ({ saga, step }: Part, about: Parameters<typeof eventOf>[2]): string => eventOf(saga, step.name, about);
const triggerOf = (part: Part): string => part.step.follows ?? nameOf(part, "Do");

function ruleOf(part: Part): EffectRule<Events> {
  return { do: [triggerOf(part)], done: [nameOf(part, "Done")], undo: [nameOf(part, "Undo")] };
}

function decisions(part: Part): Entity<Events, Books>["decide"] {
  const undo = {
    [nameOf(part, "Undo")]: (books: Books, { payload }: Incoming<Events>) => undoing(part, bookOf(books, part.effect), payload),
  };
  if (part.step.kind === "reaction") return undo;
  return { ...undo, [triggerOf(part)]: (books, { payload }) => doing(part, bookOf(books, part.effect), payload) };
}

function doing(part: Part, book: EffectBook, { orderId, plan }: Payload): readonly Publish<Events>[] {
  const say = (about: "Done" | "Failed", more: object = {}): Publish<Events> => ({
    name: nameOf(part, about),
    payload: { orderId, plan, ref: refOf(orderId) },
    ...more,
  });
  const again = { payload: { orderId, plan, ref: refOf(orderId), again: true } };
  if (book.done > 0) return part.step.kind === "observed" ? [] : [say("Done", again)];
  switch (behaviourOf(plan, part.step.name)) {
    case BEHAVIOURS.refuses:
      return [say("Failed")];
    case BEHAVIOURS.refusesOnce:
      return book.tries === 0 && part.step.kind !== "observed" ? [say("Failed")] : [say("Done")];
    case BEHAVIOURS.silent:
      return [];
    case BEHAVIOURS.late:
      return [say("Done", { afterMillis: LATE_ANSWER_MILLIS })];
    case BEHAVIOURS.answersTwice:
      return [say("Done"), say("Done", again)];
    case BEHAVIOURS.throws:
      throw new RangeError("this handler always throws");
    default:
      return [say("Done")];
  }
}

function undoing(part: Part, book: EffectBook, { orderId, plan }: Payload): readonly Publish<Events>[] {
  const behaviour = behaviourOf(plan, part.step.name);
  const payload = { orderId, plan };
  if (behaviour === BEHAVIOURS.undoSilent) return [];
  if (behaviour === BEHAVIOURS.undoFailsOnce && book.undoTries === 0) return [{ name: nameOf(part, "UndoFailed"), payload }];
  const again = book.done <= book.undone ? { again: true } : {};
  const late = behaviour === BEHAVIOURS.undoLate ? { afterMillis: LATE_ANSWER_MILLIS } : {};
  return [{ name: nameOf(part, "Undone"), payload: { ...payload, ...again }, ...late }];
}

function evolutions(part: Part): Entity<Events, Books>["evolve"] {
  const counted =
    (field: keyof EffectBook) =>
    (books: Books, { again }: Payload): Books => {
      const book = bookOf(books, part.effect);
      return again ? books : { ...books, [part.effect]: { ...book, [field]: book[field] + 1 } };
    };
  return {
    [triggerOf(part)]: counted("tries"),
    [nameOf(part, "Done")]: counted("done"),
    [nameOf(part, "Undone")]: counted("undone"),
    [nameOf(part, "UndoFailed")]: counted("undoTries"),
  };
}

const RETRY: Partial<RetryPolicy> = { attempts: 2, backoffMillis: 500, maxMillis: 1_000, timeoutMillis: 2_000 };

function reactionOf(part: Part, outside: Outside): Reaction<Events, Books> {
  return {
    name: part.effect,
    on: triggerOf(part),
    retry: RETRY,
    handle: async ({ payload, envelope }: Incoming<Events>, { state, idempotencyKey }: ReactionContext<Books>) => {
      const book = bookOf(state, part.effect);
      const before = { ...book, tries: Math.max(0, book.tries - 1) }; // evolve counted this one already
      const said = doing(part, before, payload);
      if (said.some(({ name }) => name === nameOf(part, "Done")))
        await outside(`${envelope.tenant} ${payload.orderId} ${part.effect}`, idempotencyKey);
      return said;
    },
  };
}

type StartBody = { readonly saga: string; readonly definition: string; readonly plan: string };

const HTTP_START: HttpStart<Events> = {
  method: "POST",
  path: "/starts",
  summary: "Starts a saga",
  body: Type.Unknown(),
  accepted: Type.Unknown(),
  decide: (body) => {
    const { saga, definition, plan } = body as unknown as StartBody as StartBody & Json; // the simulated client sends nothing else
    return { publish: { name: startOf(definition), payload: { orderId: saga, plan } }, answer: { saga }, location: `/${saga}` };
  },
};
