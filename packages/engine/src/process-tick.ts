import { type Batch, type DeadLetter, type StoredDocument, TroupeError, type WriteOutcome } from "@troupe/kernel";
import type { TickOutcome } from "./durable/make-durable.ts";
import { foldDocument } from "./fold/fold-document.ts";
import type { FoldedDocument } from "./fold/folded-document.ts";
import { settleDocuments } from "./settle-documents.ts";
import type { TickEnvironment } from "./tick-environment.ts";
import type { Input, WorkItem } from "./work-item.ts";

export type TickResult = {
  readonly offsetsStored: boolean;
  /** Documents whose timers can't fire: they are held, so that a failing timer is no hot loop. */
  readonly held: ReadonlySet<string>;
};

/**
 * The life of a batch of records after decoding: group by key, load, fold, make durable; lost races are folded again.
 * Dead letters of a fold are written in a round after the one that believed it, and offsets move in the last round only.
 * Rejects when a server is away or the process stops: then nothing may be assumed and the same inputs are processed once
 * more, which the inboxes make harmless.
 */
export async function processTick(inputs: readonly Input[], environment: TickEnvironment): Promise<TickResult> {
  const batches = inputs.flatMap((input) => (input.kind === "batch" ? [input.batch] : []));
  let open = groupByDocument(inputs);
  let letters: readonly DeadLetter[] = inputs.flatMap((input) => (input.kind === "batch" ? input.deadLetters : []));
  const held = new Set<string>();
  for (let round = 1; ; round++) {
    const folded = await foldDocuments(open, environment);
    environment.ports.failPoints?.pass("fp2");
    const last = folded.every(({ failures }) => failures.every(({ item }) => item.kind !== "event"));
    const { outcomeOf, offsetsStored } = await commit(folded, { letters, batches: last ? batches : [] }, environment);
    const settled = settleDocuments(folded, outcomeOf, environment);
    for (const id of settled.held) held.add(id);
    if (settled.lost.size === 0 && settled.letters.length === 0) return { offsetsStored: offsetsStored && last, held };
    open = new Map([...open].filter(([id]) => settled.lost.has(id)));
    letters = settled.letters;
    if (settled.lost.size > 0) await waitAfterLostRace(round, settled, environment);
  }
}

/**
 * Order is kept within a document; documents are independent of each other. Timers come last: an event that is here
 * already beats the timeout that waits for it.
 */
function groupByDocument(inputs: readonly Input[]): Map<string, WorkItem[]> {
  const groups = new Map<string, WorkItem[]>();
  const add = (item: WorkItem): void => {
    const group = groups.get(item.documentId);
    if (group === undefined) groups.set(item.documentId, [item]);
    else group.push(item);
  };
  for (const input of inputs) {
    if (input.kind === "batch") input.items.forEach(add);
    else if (input.kind === "fact") add(input);
  }
  for (const input of inputs) if (input.kind === "due") add(input);
  return groups;
}

/**
 * Documents come from the cache, else from the store. What fails on a cached one, or would be parked, is folded again on
 * the stored one, and within what parked keys may take, before it is believed.
 */
async function foldDocuments(
  open: ReadonlyMap<string, readonly WorkItem[]>,
  environment: TickEnvironment,
): Promise<readonly FoldedDocument[]> {
  const { cache, bounds } = environment;
  const cached = new Map([...open].flatMap(([id, items]) => (isCurrent(cache.get(id), items) ? [[id, cache.get(id) ?? null]] : [])));
  const missing = [...open.keys()].filter((id) => !cached.has(id));
  const loaded = missing.length === 0 ? new Map<string, StoredDocument>() : await environment.load(missing);
  const fold = (id: string, stored: StoredDocument | null, room = bounds.unasked): FoldedDocument =>
    foldDocument(id, { stored, items: open.get(id) ?? [], room }, environment);
  const first = [...open.keys()].map((id) => fold(id, cached.get(id) ?? loaded.get(id) ?? null));
  const doubtful = first
    .filter(({ id, failures, parked }) => (failures.length > 0 && cached.has(id)) || parked.rows > 0)
    .map(({ id }) => id);
  if (doubtful.length === 0) return first;
  const stored = await environment.load(doubtful);
  const room = await bounds.room();
  const believed = new Map(doubtful.map((id) => [id, fold(id, stored.get(id) ?? null, room)]));
  return first.map((folded) => believed.get(folded.id) ?? folded);
}

/** A cached document that knows of another time than the store said when its timers were asked for is an old one. */
function isCurrent(cached: StoredDocument | null | undefined, items: readonly WorkItem[]): boolean {
  if (cached === undefined) return false;
  return items.every((item) => item.kind !== "due" || item.dueAt === cached?.dueAt);
}

type Committed = { readonly outcomeOf: ReadonlyMap<string, WriteOutcome>; readonly offsetsStored: boolean };

async function commit(
  folded: readonly FoldedDocument[],
  { letters, batches }: { readonly letters: readonly DeadLetter[]; readonly batches: readonly Batch[] },
  { fold, ports, makeDurable }: TickEnvironment,
): Promise<Committed> {
  const writes = folded.flatMap(({ planned }) => (planned === undefined ? [] : [planned]));
  const offsets = batches.map(({ topic, partition, nextOffset }) => ({ topic, partition, next: nextOffset }));
  const epoch = batches[0]?.epoch;
  const membership = epoch === undefined ? null : { group: fold.owner, epoch };
  const began = ports.clock.now();
  const nothing = writes.length + letters.length + offsets.length === 0; // only duplicates: nothing is written
  const { outcomes, offsetsStored }: TickOutcome = nothing
    ? { outcomes: [], offsetsStored: false }
    : await makeDurable({ writes, deadLetters: letters, offsets, membership });
  if (!nothing) ports.metrics.committed(fold.owner, (ports.clock.now() - began) / 1000);
  const unanswered: WriteOutcome = { kind: "unknown", reason: "no answer" };
  return { outcomeOf: new Map(writes.map(({ write }, at) => [write.id, outcomes[at] ?? unanswered])), offsetsStored };
}

/** A short wait with jitter; after the usual number of tries a longer one, since another writer is at work. */
async function waitAfterLostRace(
  round: number,
  { lost, unknown }: { readonly lost: ReadonlySet<string>; readonly unknown: string | undefined },
  { ports, limits, fold, stopping }: TickEnvironment,
): Promise<void> {
  if (stopping.aborted) throw new TroupeError("NOT_READY", { reason: "the process is stopping" });
  if (unknown !== undefined && round >= limits.conflictTries) {
    throw new TroupeError("STORE_UNREACHABLE", { address: ports.store.adapter, reason: unknown });
  }
  if (round === limits.conflictTries)
    ports.log.warn(
      { role: fold.owner, lost: lost.size },
      `${lost.size} documents lost their race ${round} times; another writer is at work`,
    );
  const ceiling = round < limits.conflictTries ? 10 * round : 500;
  await ports.clock.sleep(Math.ceil(ports.random.next() * ceiling), stopping);
}
