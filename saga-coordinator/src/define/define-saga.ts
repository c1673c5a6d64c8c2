import type { TimestampMillis } from "@troupe/kernel";
import { type Definition, definitionInvalid } from "../core/index.ts";
import { parseDefinition } from "../reading/index.ts";
import { type Reference, referTo } from "./reference.ts";
import type { NameOf, Words, WrittenCron, WrittenSaga, WrittenStep } from "./written.ts";

/** The scheduled instant of a cron start. */
export const tick: Reference<TimestampMillis> = referTo("tick");

/** What a definition is written with: the words of its expressions, and what makes the definition of them. */
export type SagaWriter<E, Start extends NameOf<E>> = Words<E, Start> & {
  /** Throws DEFINITION_INVALID with every problem that the compiler can't see. */
  readonly defineSaga: <const Step extends string>(written: WrittenSaga<E, Step>) => Definition;
};

/**
 * Saga definitions in TypeScript, over the generated types of the events:
 *
 *     const { saga, start, defineSaga } = sagasOver<EventPayloads>().startedBy("OrderPlaced");
 *     export const orderFulfilment = defineSaga({ saga: "orderFulfilment", ... });
 *
 * Names of events and of steps, fields of payloads and their types are checked by the compiler; what is left is checked as
 * in a file. Gives the same definition that the same words in YAML give.
 */
export function sagasOver<E>() {
  return {
    startedBy: <Start extends NameOf<E>>(start: Start | readonly Start[] | WrittenCron<E, Start>): SagaWriter<E, Start> => ({
      ...wordsOf<E, Start>(),
      defineSaga: ({ startIf, ...written }) => {
        const text = JSON.stringify({ ...written, start: startOf(start, startIf) }, null, 2);
        const { definition, problems } = parseDefinition(text, { file: `defineSaga(${written.saga})` });
        if (definition === undefined) throw definitionInvalid(problems);
        return definition;
      },
    }),
  };
}

function wordsOf<E, Start extends NameOf<E>>(): Words<E, Start> {
  return {
    saga: referTo("saga"),
    start: referTo("start"),
    event: () => referTo("event"),
    result: (step) => referTo(`steps.${step}`),
  };
}

function startOf(start: string | readonly string[] | object, guard: object | undefined): object {
  if (typeof start === "string") return { on: start, ...(guard === undefined ? {} : { if: guard }) };
  return Array.isArray(start) ? start.map((one: string) => startOf(one, guard)) : start;
}

/**
 * The fan-out keys of a step with its variable typed: `...forEach(start.lines, "line", (line) => ({ key: line.sku, ... }))`.
 */
export function forEach<T, Rest extends object>(
  list: Reference<readonly T[]>,
  as: string,
  write: (element: Reference<T>) => Rest,
): Rest & Pick<WrittenStep<never>, "forEach" | "as"> {
  return { forEach: list, as, ...write(referTo(as)) };
}
