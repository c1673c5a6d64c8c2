import type { DeadLetters, Documents, WriteOutcome } from "@troupe/kernel";
import type { PlannedWrite } from "./fold-document.ts";
import type { MakeDurable } from "./make-durable.ts";
import type { Publisher } from "./publisher.ts";

type Settled = Exclude<WriteOutcome, { kind: "unknown" }>;

/**
 * Dead letters, then documents with their outboxes in one bulk write, then the outbox entries of acknowledged documents
 * to the publisher. Offsets follow when the caller settles its batches. Nothing is published before the state that
 * decided it is durable.
 */
export function stagedDurability(ports: { documents: Documents; deadLetters: DeadLetters; publisher: Publisher }): MakeDurable {
  const { documents, deadLetters, publisher } = ports;
  return async (work) => {
    if (work.deadLetters.length > 0) await deadLetters.add(work.deadLetters);
    const outcomes = await commitUntilKnown(documents, work.writes);
    work.writes.forEach(({ after }, at) => {
      if (outcomes[at]?.kind === "ok") publisher.enqueue(after);
    });
    return { outcomes, offsetsStored: false };
  };
}

/**
 * Commits, and resolves every unknown outcome by reading: our stamp there means it was written, a higher version means
 * another writer won, the expected version means it was not written and is tried again under the same guard.
 */
async function commitUntilKnown(documents: Documents, planned: readonly PlannedWrite[]): Promise<readonly Settled[]> {
  const outcomes = new Map<string, Settled>();
  let open = planned;
  while (open.length > 0) {
    const answers = await documents.commit(open.map(({ write }) => write));
    const unknown: PlannedWrite[] = [];
    open.forEach((plan, at) => {
      const answer = answers[at];
      if (answer === undefined || answer.kind === "unknown") unknown.push(plan);
      else outcomes.set(plan.write.id, answer);
    });
    open = unknown.length === 0 ? [] : await resolveByReading(documents, unknown, outcomes);
  }
  return planned.map(({ write }) => outcomes.get(write.id) ?? { kind: "conflict" });
}

async function resolveByReading(
  documents: Documents,
  unknown: readonly PlannedWrite[],
  outcomes: Map<string, Settled>,
): Promise<readonly PlannedWrite[]> {
  const stored = await documents.load(unknown.map(({ write }) => write.id));
  return unknown.filter(({ write }) => {
    const found = stored.get(write.id);
    const version = found?.version ?? 0;
    if (found?.w === write.w) outcomes.set(write.id, { kind: "ok" });
    else if (version !== write.expected) outcomes.set(write.id, { kind: "conflict" });
    else return true;
    return false;
  });
}
