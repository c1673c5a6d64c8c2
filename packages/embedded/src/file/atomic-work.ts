import type { AtomicWork, Work, WorkOutcome, WriteOutcome } from "@troupe/kernel";
import type { Core } from "../core.ts";
import type { DeadLetterRows } from "../documents/dead-letters.ts";
import type { DocumentRows } from "../documents/document-rows.ts";
import type { ParkedRowTable } from "../documents/parked.ts";
import type { Changes } from "./transaction.ts";

const NO_OUTBOX = {};

export type WorkRows = { readonly documents: DocumentRows; readonly deadLetters: DeadLetterRows; readonly parked: ParkedRowTable };

/**
 * Documents, records, dead letters and offsets in one transaction (engine rule 8). Dead letters are kept whatever becomes
 * of the writes: their ids make a second time harmless, and a record must not vanish because a neighbour conflicted.
 */
export function createAtomicWork(core: Core, rows: WorkRows, withinWrite: (() => void) | undefined): AtomicWork {
  const { logRows, groups, names, clock } = core;
  const run = (work: Work, changes: Changes): WorkOutcome => {
    const placed = work.writes.map(({ records }) => logRows.place(records)); // throws before anything is changed
    const owner = names.make(work.owner);
    const at = { now: clock.now(), changes };
    const outcomes: WriteOutcome[] = [];
    for (const [index, { write, parking }] of work.writes.entries()) {
      const outcome = rows.documents.write(owner, write, NO_OUTBOX);
      outcomes.push(outcome);
      if (outcome.kind !== "ok") continue;
      for (const record of placed[index] ?? []) logRows.append(record, at);
      for (const row of parking?.add ?? []) rows.parked.add(owner, row);
      if (parking !== undefined && parking.remove.length > 0) rows.parked.remove(owner, write.id, parking.remove);
    }
    withinWrite?.();
    work.deadLetters.forEach(rows.deadLetters.add);
    const whole = outcomes.every(({ kind }) => kind === "ok");
    return { outcomes, offsetsStored: whole && storeOffsets(work) };
  };
  const storeOffsets = ({ membership, offsets }: Work): boolean =>
    membership === null ? offsets.length === 0 : groups.storeOffsets(membership, offsets);
  return { commitWork: (work) => core.commit.enqueue((changes) => run(work, changes), rowsOf(work)) };
}

const rowsOf = ({ writes, deadLetters, offsets }: Work): number =>
  writes.reduce(
    (sum, { write, records, parking }) => sum + 1 + write.history.length + records.length + (parking?.add.length ?? 0),
    deadLetters.length + offsets.length,
  );
