import type { Decimal } from "@troupe/kernel";

/** What can be wrong with an order. `out of order`: a step was undone before one that depends on it (rule 3 of a saga definition). */
export const FINDING_KINDS = ["lost", "doubled", "out of order", "unended"] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** One thing that must not be, with the order it concerns and the ids that show it. */
export type Finding = { readonly kind: FindingKind; readonly order: string; readonly text: string };

/** A message on the log, however often it stands there. `cause`: its `ce_causationid`. `thing`: id of what was done, e.g. a payment. */
export type Sighting = {
  readonly name: string;
  readonly id: string;
  readonly identity: string;
  readonly cause: string | undefined;
  readonly thing: string | undefined;
};

export type Placed = { readonly customerId: string; readonly units: number; readonly total: Decimal };

/** What the log says of one order, in the order in which each topic has it. `repeats`: records that carried a message once more. */
export type OrderTrail = { placed: Placed | undefined; repeats: number; readonly sightings: Sighting[] };

/** One fact of a saga's history, in fold order. */
export type FoldedFact = { readonly kind: string; readonly identity: string; readonly name: string };

/** What a saga's document says. `history` is read of sagas that were undone. */
export type SagaEvidence = Memory & {
  readonly status: string;
  readonly stuck: boolean;
  readonly cause: string | undefined;
  readonly history: readonly FoldedFact[];
};

/** `folded`: identities in the inbox of a document; undefined when nobody asked for them. `unsent`: records in its outbox. */
export type Memory = { readonly folded: ReadonlySet<string> | undefined; readonly unsent: number };

/** What a participant's own document says. `things`: ids of what it holds as done. `underWay`: what is still to come of it. */
export type ParticipantEvidence = Memory & {
  readonly did: number | Decimal;
  readonly undid: number | Decimal;
  readonly thing: string | undefined;
  readonly underWay: readonly string[];
};

export const PARTICIPANTS = ["inventory", "payments", "shipping"] as const;
export type Participant = (typeof PARTICIPANTS)[number];

/** Three accounts of one order that know nothing of each other, and whether its customer was told that it is accepted. */
export type OrderEvidence = {
  readonly order: string;
  readonly accepted: boolean;
  readonly trail: OrderTrail | undefined;
  readonly saga: SagaEvidence | undefined;
  /** What the orders service itself keeps of it. */
  readonly memory: (Memory & { readonly confirmed: boolean }) | undefined;
  readonly books: { readonly [service in Participant]?: ParticipantEvidence };
};
