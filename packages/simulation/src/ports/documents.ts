import type { Documents, DocumentWrite, OutboxEntry, StoredDocument, Trim, WriteOutcome } from "@troupe/kernel";
import type { Life } from "../world/life.ts";
import type { Surroundings } from "../world/surroundings.ts";
import { BULK_FAULTS, Call, IN_WORLD, READ_FAULTS, WRITE_FAULTS } from "./call.ts";
import type { Owner } from "./tables.ts";

const UNKNOWN: WriteOutcome = { kind: "unknown", reason: "no answer" };
const CONFLICT: WriteOutcome = { kind: "conflict" };
const OK: WriteOutcome = { kind: "ok" };

/** The documents as one process sees them. */
export function simulatedDocuments(world: Surroundings, life: Life, owner: Owner): Documents {
  const ask = <Answer>(label: string, answer: () => Answer): Promise<Answer> =>
    new Call<Answer>(world, life, { label: `${owner.name} ${label}`, faults: READ_FAULTS, server: "store", act: (tell) => tell(answer()) })
      .promise;
  const onShards = (shards: readonly number[] | null) => {
    const wanted = shards === null ? undefined : new Set(shards);
    return ({ shard }: StoredDocument): boolean => wanted === undefined || wanted.has(shard);
  };
  return {
    load: (ids) => ask(`load ${ids.length}`, () => new Map(ids.flatMap((id) => found(owner, id)))),
    commit: (writes) => commit(world, life, { owner, writes }),
    due: ({ shards, now, limit }) => {
      const isDue = ({ dueAt }: StoredDocument): boolean => dueAt !== null && dueAt <= now;
      if (owner.find(isDue).length === 0) return NO_DUE; // not worth a step of its own
      return ask("ask for what is due", () => {
        const isOwned = onShards(shards);
        const due = owner.find((document) => isDue(document) && isOwned(document));
        return due
          .map(({ id, shard, dueAt }) => ({ id, shard, dueAt: dueAt ?? now }))
          .sort((a, b) => a.dueAt - b.dueAt)
          .slice(0, limit);
      });
    },
    unsent: ({ shards, before, limit }) => {
      const isUnsent = ({ unsentSince }: StoredDocument): boolean => unsentSince !== null && unsentSince < before;
      if (owner.find(isUnsent).length === 0) return NO_UNSENT;
      return ask("sweep", () => {
        const isOwned = onShards(shards);
        return owner.find((document) => isUnsent(document) && isOwned(document)).slice(0, limit);
      });
    },
    trim: (trims) => trim(world, life, { owner, trims }),
    query: async () => ({ documents: [], cursor: null }),
    countByStatus: async () => ({}),
    history: (id) => ask("read a history", () => owner.history(id)),
  };
}

const NO_DUE: ReturnType<Documents["due"]> = Promise.resolve([]);
const NO_UNSENT: ReturnType<Documents["unsent"]> = Promise.resolve([]);

function found(owner: Owner, id: string): ReadonlyArray<readonly [string, StoredDocument]> {
  const document = owner.durable(id);
  return document === null ? [] : [[id, document]];
}

type Bulk = { readonly owner: Owner; readonly writes: readonly DocumentWrite[] };

function commit(world: Surroundings, life: Life, { owner, writes }: Bulk): Promise<readonly WriteOutcome[]> {
  return new Call<readonly WriteOutcome[]>(world, life, {
    label: `${owner.name} write ${writes.length}`,
    faults: BULK_FAULTS,
    server: "store",
    unanswered: () => writes.map(() => UNKNOWN),
    act: (answer, part) => {
      const sent = part ? world.dice.below(writes.length) : writes.length;
      const slow = world.slowMajority && world.dice.oneIn(2);
      const tentative = writes.slice(0, sent).map((write) => world.majority.write(owner, write, !slow));
      if (tentative.includes(undefined)) world.count("conflict");
      const outcomes = writes.map((_, at) => (at >= sent ? UNKNOWN : tentative[at] === undefined ? CONFLICT : OK));
      if (!slow) return answer(outcomes);
      const waiting = tentative.filter((one) => one !== undefined);
      const label = `${owner.name}: the majority has it`;
      const run = (): void => answer(world.majority.reach(waiting) ? outcomes : writes.map(() => UNKNOWN));
      world.scheduler.addLater(world.dice.below(200), { ...IN_WORLD, label, run });
    },
  }).promise;
}

function trim(
  world: Surroundings,
  life: Life,
  { owner, trims }: { readonly owner: Owner; readonly trims: readonly Trim[] },
): Promise<void> {
  return new Call<void>(world, life, {
    label: `${owner.name} trim ${trims.length}`,
    faults: WRITE_FAULTS,
    server: "store",
    act: (answer) => {
      for (const one of trims) {
        const cell = owner.cells.get(one.id);
        if (cell === undefined) continue;
        const same = cell.newest === cell.durable;
        cell.newest = trimmed(cell.newest, one);
        cell.durable = same ? cell.newest : trimmed(cell.durable, one);
      }
      answer();
    },
  }).promise;
}

function trimmed(document: StoredDocument | null, { seqs, emptyAt }: Trim): StoredDocument | null {
  if (document === null) return null;
  const outbox: Record<string, OutboxEntry> = { ...document.outbox };
  for (const seq of seqs) delete outbox[seq];
  const isEmpty = emptyAt === document.version && Object.keys(outbox).length === 0;
  return { ...document, outbox, unsentSince: isEmpty ? null : document.unsentSince };
}
