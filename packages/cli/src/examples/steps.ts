import type { Payload } from "@troupe/kernel";
import type { Answer, Definition, StepDefinition } from "@troupe/saga-coordinator/core";

/** What an event is about, for somebody who only knows the definition: events may be shared by steps that a field tells apart. */
export type Meaning = { readonly step: StepDefinition; readonly kind: "do" | "undo" | "done" | "failed" | "undone" };

const LITERAL = /^event\.(\w+) == "([^"]*)"$/;
const FLAG = /^(!?)event\.(\w+)$/;
const TEXT = /^"([^"]*)"$/;

/** The step and what the event says of it; undefined when no step speaks of it. */
export function meaningOf({ steps }: Definition, name: string, payload: Payload): Meaning | undefined {
  for (const step of steps) {
    const undo = step.compensate?.kind === "undo" ? step.compensate : undefined;
    if (step.command?.emit === name && sends(step.command.with, payload)) return { step, kind: "do" };
    if (undo?.emit === name && sends(undo.with, payload)) return { step, kind: "undo" };
    if (holds(step.done, name, payload)) return { step, kind: "done" };
    if (holds(step.failed, name, payload)) return { step, kind: "failed" };
    if (holds(undo?.done ?? [], name, payload)) return { step, kind: "undone" };
  }
  return undefined;
}

/** The literals of a mapping stand in the payload. */
function sends(mapping: { readonly [field: string]: string }, payload: Payload): boolean {
  return Object.entries(mapping).every(([field, text]) => {
    const literal = TEXT.exec(text)?.[1];
    return literal === undefined || payload[field] === literal;
  });
}

function holds(answers: readonly Answer[], name: string, payload: Payload): boolean {
  return answers.some(({ on, if: guard }) => {
    if (on !== name) return false;
    return Object.entries(fieldsFor({ on, if: guard })).every(([field, value]) => payload[field] === value);
  });
}

/** Fields that make the guard of an answer true. */
export function fieldsFor({ if: guard }: Answer): Payload {
  const [, field, literal] = LITERAL.exec(guard ?? "") ?? [];
  if (field !== undefined && literal !== undefined) return { [field]: literal };
  const [, not, flag] = FLAG.exec(guard ?? "") ?? [];
  return flag === undefined ? {} : { [flag]: not === "" };
}
