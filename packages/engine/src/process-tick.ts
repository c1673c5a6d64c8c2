import { type Batch, type DeadLetter, reasonOf, type StoredDocument, TroupeError } from "@troupe/kernel";
import { deadLetterOf, decodeInputs } from "./decode-inputs.ts";
import type { DocumentCache } from "./document-cache.ts";
import { type FoldEnvironment, type FoldedDocument, foldDocument, type PlannedWrite, recordOf } from "./fold-document.ts";
import type { MakeDurable } from "./make-durable.ts";
import type { Input, WorkItem } from "./work-item.ts";

export type TickEnvironment = FoldEnvironment & {
  readonly cache: DocumentCache;
  readonly load: (ids: readonly string[]) => Promise<ReadonlyMap<string, StoredDocument>>;
  readonly makeDurable: MakeDurable;
  /** What runs once a document's write is durable: asynchronous reactions. */
  readonly afterDurable: (folded: FoldedDocument) => void;
};
export type TickResult = {
  readonly offsetsStored: boolean;
  /** Documents whose timers threw: they are held, so that a failing timer is no hot loop. */
  readonly held: ReadonlySet<string>;
};

/**
 * The life of a batch of records: decode, group by key, load, fold, make durable; lost races are folded again.
 * Rejects when a server is away: then nothing may be assumed and the same inputs are processed once more, which the
 * inboxes make harmless.
 */
export async function processTick(inputs: readonly Input[], environment: TickEnvironment): Promise<TickResult> {
  const decoded = await decodeInputs(inputs, environment.fold, environment);
  const batches = inputs.flatMap((input) => (input.kind === "batch" ? [input.batch] : []));
  let open = groupByDocument(decoded.items);
  let deadLetters = decoded.deadLetters;
  const held = new Set<string>();
  for (let round = 1; ; round++) {
    await loadMissing([...open.keys()], environment);
    const folded = [...open].map(([id, items]) => foldDocument(environment.cache.get(id) ?? null, items, environment));
    deadLetters = [...deadLetters, ...folded.flatMap((document) => lettersOf(document, environment))];
    const writes = folded.flatMap(({ planned }) => (planned === undefined ? [] : [planned]));
    const began = environment.ports.clock.now();
    const { outcomes, offsetsStored } = await environment.makeDurable({ writes, deadLetters, ...reading(batches, environment) });
    environment.ports.metrics.committed(environment.fold.owner, (environment.ports.clock.now() - began) / 1000);
    const lost = settleDocuments(folded, { writes, outcomes }, environment);
    for (const { id, failures } of folded) if (failures.some(({ item }) => item.kind === "due")) held.add(id);
    if (lost.size === 0) return { offsetsStored, held };
    open = new Map([...open].filter(([id]) => lost.has(id)));
    deadLetters = [];
    await waitAfterLostRace(round, lost.size, environment);
  }
}

/** Order is kept within a document; documents are independent of each other. */
function groupByDocument(items: readonly WorkItem[]): Map<string, WorkItem[]> {
  const groups = new Map<string, WorkItem[]>();
  for (const item of items) {
    const group = groups.get(item.documentId);
    if (group === undefined) groups.set(item.documentId, [item]);
    else group.push(item);
  }
  return groups;
}

async function loadMissing(ids: readonly string[], { cache, load }: TickEnvironment): Promise<void> {
  const missing = ids.filter((id) => !cache.has(id));
  if (missing.length === 0) return;
  const stored = await load(missing);
  for (const id of missing) cache.set(id, stored.get(id) ?? null);
}

/** Offsets move with the last round of a tick only if nothing of it was lost; the adapter checks that too. */
function reading(batches: readonly Batch[], { fold }: TickEnvironment) {
  const offsets = batches.map(({ topic, partition, nextOffset }) => ({ topic, partition, next: nextOffset }));
  const epoch = batches[0]?.epoch;
  return { offsets, membership: epoch === undefined ? null : { group: fold.owner, epoch } };
}

type Written = {
  readonly writes: readonly PlannedWrite[];
  readonly outcomes: readonly { readonly kind: string; readonly reason?: string }[];
};

/** Takes over what was written, and returns the ids whose race was lost. */
function settleDocuments(folded: readonly FoldedDocument[], { writes, outcomes }: Written, environment: TickEnvironment): Set<string> {
  const { cache, ports, fold } = environment;
  const outcomeOf = new Map(writes.map(({ write }, at) => [write.id, outcomes[at]]));
  const lost = new Set<string>();
  for (const document of folded) {
    const outcome = outcomeOf.get(document.id);
    if (outcome?.kind === "conflict") {
      cache.drop(document.id);
      for (const span of document.spans.work) span.discard();
      lost.add(document.id);
      continue;
    }
    if (outcome?.kind === "refused") {
      refused(document, outcome.reason ?? "", environment);
      continue;
    }
    if (document.planned !== undefined) cache.set(document.id, document.planned.after);
    finish(document, environment);
  }
  const kept = folded.filter(({ id }) => !lost.has(id));
  const duplicates = sum(kept, (document) => document.duplicates);
  ports.metrics.records(
    fold.owner,
    "folded",
    sum(kept, ({ applied }) => applied),
  );
  ports.metrics.records(fold.owner, "duplicate", duplicates);
  ports.metrics.duplicates(fold.owner, duplicates);
  ports.metrics.conflicts(fold.owner, lost.size);
  ports.metrics.timersFired(
    fold.owner,
    sum(kept, ({ timersFired }) => timersFired),
  );
  return lost;
}

function finish(document: FoldedDocument, { ports, afterDurable }: TickEnvironment): void {
  for (const span of document.spans.work) span.end();
  for (const produced of document.spans.produced) produced.end();
  for (const { waiter, reply } of document.replies) waiter.resolve(reply);
  for (const { item, error } of document.failures) {
    if (item.kind === "fact") item.waiter.reject(error);
    if (item.kind === "due") ports.log.error({ code: error.code, document: document.id }, `a timer is held: ${error.message}`);
  }
  for (const { level, text, fields } of document.notices) ports.log[level](fields, text);
  if (document.runs.length > 0) afterDurable(document);
}

/** The store will never take this document: the facts of this tick can't be folded, whoever waits is told, the alarm names it. */
function refused(document: FoldedDocument, reason: string, { cache, ports }: TickEnvironment): void {
  const error = new TroupeError("DOCUMENT_REFUSED", { document: document.id, reason });
  cache.drop(document.id);
  ports.log.error({ code: error.code, document: document.id }, error.message);
  for (const span of document.spans.work) span.end(error);
  for (const { waiter } of document.replies) waiter.reject(error);
}

/** Events whose fold threw, as dead letters: nothing of them was kept, everything else of the tick goes on. */
function lettersOf(document: FoldedDocument, { fold, ports }: TickEnvironment): DeadLetter[] {
  return document.failures.flatMap(({ item, error }) => {
    const record = recordOf(item);
    if (record === undefined) return [];
    ports.metrics.deadLetters(fold.owner, error.code, 1);
    ports.log.error(
      { code: error.code, document: document.id, offset: record.offset, topic: record.topic },
      `dead letter: ${reasonOf(error)}`,
    );
    return [deadLetterOf({ record, group: fold.owner, code: error.code, reason: error.message, at: ports.clock.now() })];
  });
}

/** A short wait with jitter; after the usual number of tries a longer one, since another writer is at work. */
async function waitAfterLostRace(round: number, lost: number, { ports, limits, fold }: TickEnvironment): Promise<void> {
  if (round === limits.conflictTries)
    ports.log.warn({ role: fold.owner, lost }, `${lost} documents lost their race ${round} times; another writer is at work`);
  const ceiling = round < limits.conflictTries ? 10 * round : 500;
  await ports.clock.sleep(ports.random.next() * ceiling);
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
