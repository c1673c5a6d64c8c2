import { type Json, parseDocumentId, type StoredDocument } from "@troupe/kernel";
import { readParticipantState } from "@troupe/service-kit";
import type { Written } from "../ports/tables.ts";
import { type Books, bookOf } from "../stage/participants.ts";
import { Violation } from "../world/violation.ts";

/** What a participant wrote down of its effects under one key. */
export function booksOf(state: Json): Books {
  if (state === null) return {}; // made only to be parked
  return readParticipantState(state).entity as unknown as Books; // the participant's evolve writes nothing else
}

export const isEntity = (owner: string, id: string): boolean => parseDocumentId(id)?.definition === owner;

/** A participant does an effect at most once and undoes it at most once, and never before it did it. */
export function checkBooks({ owner, before, after }: Written): void {
  if (!isEntity(owner.name, after.id)) return;
  if (before !== null && before.state !== null) checkTombstones(before, after);
  for (const [effect, { done, undone }] of Object.entries(booksOf(after.state))) {
    if (done > 1 || undone > 1) throw new Violation("I3", `${after.id}: ${effect} was done ${done} times and undone ${undone} times`);
    if (undone > done) throw new Violation("I3", `${after.id}: ${effect} was undone before it was done`);
  }
}

/** A do that comes after its undo is refused. */
function checkTombstones(before: StoredDocument, after: StoredDocument): void {
  const { effects } = readParticipantState(before.state);
  const [was, is] = [booksOf(before.state), booksOf(after.state)];
  for (const [effect, status] of Object.entries(effects)) {
    if (status === "undone" && bookOf(is, effect).done > bookOf(was, effect).done) {
      throw new Violation("I3", `${after.id}: ${effect} was done after its undo`);
    }
  }
}
