import type { DeadLetters, Documents, ParkedRows, WriteOutcome } from "@troupe/kernel";
import type { FailPoints } from "../engine-ports.ts";
import type { PlannedWrite } from "../fold/plan-write.ts";
import type { MakeDurable } from "./make-durable.ts";
import type { Publisher } from "./publisher.ts";

/**
 * Dead letters and rows of parked records, then documents with their outboxes in one bulk write, then the outbox entries of acknowledged documents
 * to the publisher. Offsets follow when the caller settles its batches. Nothing is published before the state that
 * decided it is durable.
 */
export function stagedDurability(ports: {
  readonly documents: Documents;
  readonly deadLetters: DeadLetters;
  readonly parked: ParkedRows;
  readonly owner: string;
  readonly publisher: Publisher;
  readonly failPoints?: FailPoints | undefined;
}): MakeDurable {
  const { documents, deadLetters, parked, publisher, failPoints } = ports;
  return async (work) => {
    if (work.deadLetters.length > 0) await deadLetters.add(work.deadLetters);
    const rows = work.writes.flatMap(({ parking }) => parking?.add ?? []);
    if (rows.length > 0) await parked.add(rows);
    if (work.writes.length === 0) return { outcomes: [], offsetsStored: false };
    const answers = await documents.commit(work.writes.map(({ write }) => write));
    const outcomes = await resolveUnknown(documents, work.writes, answers);
    failPoints?.pass("fp4");
    work.writes.forEach(({ after }, at) => {
      if (outcomes[at]?.kind === "ok") publisher.enqueue(after);
    });
    const gone = work.writes.filter(({ parking }, at) => outcomes[at]?.kind === "ok" && (parking?.remove.length ?? 0) > 0);
    for (const { write, parking } of gone) await removeRows(ports, write.id, parking?.remove ?? []);
    return { outcomes, offsetsStored: false };
  };
}

/** Rows that no document names any more: one that stays behind is read by nobody, and goes with the horizon. */
async function removeRows(
  { parked, owner }: { readonly parked: ParkedRows; readonly owner: string },
  document: string,
  places: readonly string[],
): Promise<void> {
  await parked.remove(owner, document, places).catch(() => {});
}

/**
 * Reads again where the reply was lost (engine rule 4): our stamp there means it was written, another version means that
 * another writer won. The version that was expected means it is not written yet, and stays unknown: the tick folds the
 * document again under the same guard, so that a write which arrives late makes the second one lose.
 */
async function resolveUnknown(
  documents: Documents,
  planned: readonly PlannedWrite[],
  answers: readonly WriteOutcome[],
): Promise<readonly WriteOutcome[]> {
  const outcomes = planned.map((_, at): WriteOutcome => answers[at] ?? { kind: "unknown", reason: "no answer" });
  const unknown = planned.filter((_, at) => outcomes[at]?.kind === "unknown");
  if (unknown.length === 0) return outcomes;
  const stored = await documents.load(unknown.map(({ write }) => write.id));
  return planned.map(({ write }, at) => {
    const outcome = outcomes[at] ?? { kind: "conflict" };
    if (outcome.kind !== "unknown") return outcome;
    const found = stored.get(write.id);
    if (found?.w === write.w) return { kind: "ok" };
    return (found?.version ?? 0) === write.expected ? outcome : { kind: "conflict" };
  });
}
