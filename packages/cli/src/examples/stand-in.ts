import type { Codec, Ids, Payload, TimestampMillis } from "@troupe/kernel";
import { type Answer, type Definition, kindOf, parseEffect, type StepDefinition, sampleFields } from "@troupe/saga-coordinator/core";
import { defineService, type Publish, type ServiceDefinition } from "@troupe/service-kit";
import { fieldsFor, meaningOf } from "./steps.ts";

type Events = { readonly [name: string]: Payload };
/** Step to what became of its effect. */
type Effects = { readonly [step: string]: "done" | "failed" | "undone" };
export type StandInParts = {
  readonly definition: Definition;
  readonly codec: Codec;
  readonly ids: Ids;
  readonly seed: number;
  readonly refusals: number;
};

/** In [0, 1), the same for the same words. */
export function chanceOf(ids: Ids, parts: readonly (string | number)[]): number {
  return Number.parseInt(ids.messageId("example", parts).replaceAll("-", "").slice(0, 8), 16) / 2 ** 32;
}

/**
 * Everybody whom the saga asks, as one service made from the definition: it does what it is asked, refuses some of it
 * by the seed, undoes what it is asked to undo, and refuses a do after its undo.
 */
export function standInFor(parts: StandInParts): ServiceDefinition<Events, Effects> {
  const { definition } = parts;
  const starts = definition.start.map(({ on }) => on);
  const asked = definition.steps.flatMap(({ command, compensate }) => [
    command?.emit,
    compensate?.kind === "undo" ? compensate.emit : undefined,
  ]);
  const said = definition.steps.flatMap(({ human, done, failed, compensate }) => [
    ...(human === undefined ? [...done, ...failed] : []),
    ...(compensate?.kind === "undo" ? compensate.done : []),
  ]);
  const publishes = [...new Set(said.map(({ on }) => on))];
  const evolve = (effects: Effects, name: string, payload: Payload): Effects => {
    const meaning = meaningOf(definition, name, payload);
    if (meaning === undefined || meaning.kind === "do" || meaning.kind === "undo") return effects;
    return { ...effects, [meaning.step.name]: meaning.kind };
  };
  return defineService<Events, Effects>({
    name: `${definition.saga}-stand-in`,
    publishes,
    entity: {
      initial: {},
      decide: Object.fromEntries(
        [...asked, ...(roots(definition).length > 0 ? starts : [])]
          .filter((name) => name !== undefined)
          .map((name) => [
            name,
            (
              effects: Effects,
              { payload, envelope }: { payload: Payload; envelope: { effect?: string; correlationId?: string } },
              { now }: { now: number },
            ) =>
              decide(parts, {
                effects,
                name,
                payload,
                now,
                sagaId: parseEffect(envelope.effect ?? "")?.sagaId ?? envelope.correlationId ?? "",
              }),
          ]),
      ),
      evolve: Object.fromEntries(publishes.map((name) => [name, (effects: Effects, payload: Payload) => evolve(effects, name, payload)])),
    },
  });
}

type Asked = { readonly effects: Effects; readonly name: string; readonly payload: Payload; readonly now: number; readonly sagaId: string };

function decide(parts: StandInParts, { effects, name, payload, now, sagaId }: Asked): readonly Publish<Events>[] {
  const meaning = meaningOf(parts.definition, name, payload);
  const say = (answers: readonly Answer[]): readonly Publish<Events>[] =>
    answers.slice(0, 1).map((answer) => answerOf(parts, { answer, payload, now, sagaId }));
  const happen = (step: StepDefinition): readonly Publish<Events>[] => {
    if (effects[step.name] === "undone") return [];
    if (step.failed.length > 0 && chanceOf(parts.ids, [parts.seed, sagaId, step.name]) < parts.refusals) return say(step.failed);
    return [...say(step.done), ...observedAfter(parts.definition, step.name).flatMap(happen)];
  };
  if (meaning === undefined) return parts.definition.start.some(({ on }) => on === name) ? roots(parts.definition).flatMap(happen) : [];
  const { step, kind } = meaning;
  if (kind === "undo") return say(step.compensate?.kind === "undo" ? step.compensate.done : []);
  const before = effects[step.name];
  const refuses = before === "undone" || (before !== "done" && chanceOf(parts.ids, [parts.seed, sagaId, step.name]) < parts.refusals);
  if (refuses && step.failed.length > 0) return say(step.failed);
  if (before === "undone") return [];
  return [
    ...say(step.done).map((event) => roundOf(step, event, before === "done")),
    ...observedAfter(parts.definition, step.name).flatMap(happen),
  ];
}

/** The first round of a repeated step asks for another: the flag in its guard is set once. */
function roundOf({ repeat }: StepDefinition, event: Publish<Events>, isLast: boolean): Publish<Events> {
  const flag = /^event\.(\w+)$/.exec(repeat?.while ?? "")?.[1];
  return flag === undefined ? event : { ...event, payload: { ...event.payload, [flag]: !isLast } };
}

/** Observed steps that open with the saga: whoever does them reacts to its start. */
function roots({ steps }: Definition): readonly StepDefinition[] {
  return steps.filter((step) => kindOf(step) === "observed" && step.after.length === 0);
}

/** Observed steps that come after it alone: whoever does them reacts to it by himself. */
function observedAfter({ steps }: Definition, name: string): readonly StepDefinition[] {
  return steps.filter((step) => kindOf(step) === "observed" && step.after.length === 1 && step.after[0] === name);
}

export type AnswerParts = { readonly answer: Answer; readonly payload: Payload; readonly now: number; readonly sagaId: string };

/** An answer with every field of its event: those of the request where they have the same name, samples elsewhere. */
export function answerOf(
  { codec }: Pick<StandInParts, "codec">,
  { answer, payload, now, sagaId }: AnswerParts,
): { name: string; payload: Payload } {
  const { types = [], fields, correlateField } = codec.describe(answer.on);
  // Lists and records of the same name may have other fields.
  const shared = Object.entries(payload).filter(([field, value]) => fields.includes(field) && typeof value !== "object");
  const key = correlateField === undefined ? {} : { [correlateField]: sagaId };
  const samples = sampleFields(types, { text: `sample-${sagaId.slice(0, 13)}`, uuid: sagaId, now: now as TimestampMillis });
  return { name: answer.on, payload: { ...samples, ...Object.fromEntries(shared), ...fieldsFor(answer), ...key } };
}
