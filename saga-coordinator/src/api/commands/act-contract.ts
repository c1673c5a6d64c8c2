import type { Json } from "@troupe/kernel";
import { type TSchema, Type } from "typebox";

/* Bodies of the acts of operators. The first part of every one is why: an act without a reason can't be audited. */

const ANY_FIELDS = Type.Record(Type.String(), Type.Unsafe<Json>({}));
const reason = Type.String({ minLength: 1, maxLength: 1000, pattern: "\\S", description: "Why, as a sentence; it stays in the history." });
const element = Type.Optional(
  Type.String({ minLength: 1, description: "Of a fan-out: the key of the one element; without it all of them." }),
);
const body = (fields: { readonly [name: string]: TSchema }) => Type.Object({ reason, ...fields }, { additionalProperties: false });

export const ACT_BODY = body({});
export const STEP_ACT_BODY = body({ element });
export const SETTLE_BODY = body({
  element,
  event: Type.Optional(
    Type.String({ minLength: 1, description: "The answer that it stands for; needed when the step is done by several." }),
  ),
  payload: Type.Optional(
    Type.Unsafe<Json>({
      ...ANY_FIELDS,
      description: "What the answer would have said; the saga id is filled in. Of a sub-saga its result.",
    }),
  ),
});
export const SIGNAL_BODY = body({
  event: Type.String({ minLength: 1, description: "Short name of an event that the saga listens to." }),
  payload: Type.Unsafe<Json>({ ...ANY_FIELDS, description: "Its fields; the saga id is filled in." }),
  step: Type.Optional(Type.String({ minLength: 1, description: "The step that it answers, when that does not follow from the event." })),
  element,
});
export const EDIT_BODY = body({
  step: Type.Optional(Type.String({ minLength: 1, description: "Whose answer is corrected; without it the data of the start." })),
  element,
  fields: Type.Unsafe<Json>({ ...ANY_FIELDS, minProperties: 1, description: "The fields that change, with their new values." }),
});

/** What the bodies above may hold, once a request is validated. */
export type ActRequest = {
  readonly reason: string;
  readonly element?: string;
  readonly event?: string;
  readonly step?: string;
  readonly payload?: { readonly [field: string]: Json };
  readonly fields?: { readonly [field: string]: Json };
};
