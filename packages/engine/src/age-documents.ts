import { type Aging, ARCHIVED, recordPlace, type StoredDocument } from "@troupe/kernel";
import type { FoldEnvironment } from "./fold/folded-document.ts";

const AGE_EVERY_MILLIS = 60_000;
/** Beyond the horizon, so that clocks and caches of all processes have gone past it too. */
const MARGIN_MILLIS = 86_400_000;
const BATCH = 500;

/** What `Processor` repeats; nothing where nothing ages. */
export function aging(environment: FoldEnvironment): readonly { readonly everyMillis: number; readonly act: () => Promise<void> }[] {
  const { fold, ports, limits } = environment;
  const documents = limits.retentionMillis > 0 && fold.finished !== undefined ? ports.store.aging?.(fold.owner) : undefined;
  if (documents === undefined) return [];
  const act = async (): Promise<void> => {
    await removeLeftRows(environment);
    const { archived, removed } = await ageDocuments(documents, environment);
    const text = `${fold.owner} archived ${archived} finished documents and removed ${removed}`;
    if (archived + removed > 0) ports.log.info({ role: fold.owner, archived, removed }, text);
  };
  return [{ everyMillis: AGE_EVERY_MILLIS, act }];
}

/**
 * Rows of parked records that no document names, left by a crash or a lost race: gone once no writer that is still on its
 * way can name them any more. Rejects with STORE_UNREACHABLE.
 */
async function removeLeftRows({ fold: { owner }, ports, limits }: FoldEnvironment): Promise<void> {
  const { store, clock } = ports;
  const before = clock.now() - limits.horizonMillis - MARGIN_MILLIS;
  const found = await store.parked.documents({ owner, limit: BATCH });
  const documents =
    found.length === 0 ? new Map<string, StoredDocument>() : await store.documents(owner).load(found.map(({ document }) => document));
  for (const { document } of found) {
    const named = new Set((documents.get(document)?.parked?.places ?? []).map(recordPlace));
    const rows = await store.parked.load(owner, document);
    const left = rows.filter((row) => row.at < before && !named.has(recordPlace(row)));
    await store.parked.remove(owner, document, left.map(recordPlace));
  }
}

/**
 * Finished documents become markers after the retention; a marker goes once nothing that was said to its key can come
 * any more: horizon and margin later. Several members may do it at once, since every change is guarded by the version.
 * Says how many it archived and removed. Rejects with STORE_UNREACHABLE.
 */
async function ageDocuments(documents: Aging, { fold, ports, limits }: FoldEnvironment): Promise<{ archived: number; removed: number }> {
  const { archive = [], remove = [] } = fold.finished ?? {};
  const now = ports.clock.now();
  const known = limits.horizonMillis + MARGIN_MILLIS;
  const mark = ({ id, version }: StoredDocument) => ({ id, expected: version });
  const stamped = (document: StoredDocument) => ({ ...mark(document), w: Math.floor(ports.random.next() * 2 ** 48).toString(36), at: now });
  const kept = (document: StoredDocument): boolean => fold.keeps?.(document) === true;
  const old = (statuses: readonly string[], millis: number) => (limit: number) => documents.aged({ statuses, before: now - millis, limit });
  const removeAll = { isKept: () => false, act: (found: readonly StoredDocument[]) => documents.remove(found.map(mark)) };
  const archived = await inBatches(old(archive, limits.retentionMillis), {
    isKept: kept,
    act: (found) => documents.archive(found.map(stamped)),
  });
  const markers = await inBatches(old([ARCHIVED], known), removeAll);
  const gone = await inBatches(old(remove, Math.max(limits.retentionMillis, known)), removeAll);
  return { archived, removed: markers + gone };
}

type Batches = { isKept(document: StoredDocument): boolean; act(found: readonly StoredDocument[]): Promise<void> };

/** Until nothing new is found. What is kept, or what another writer changes all the time, is passed over. */
async function inBatches(find: (limit: number) => Promise<readonly StoredDocument[]>, { isKept, act }: Batches): Promise<number> {
  let passed = new Set<string>();
  for (let count = 0; ; ) {
    const found = await find(BATCH + passed.size);
    const fresh = found.filter((document) => !passed.has(nameOf(document)));
    if (fresh.length === 0) return count;
    passed = new Set(found.map(nameOf)); // what is gone at the next look is forgotten then
    const finished = fresh.filter((document) => !isKept(document));
    if (finished.length > 0) await act(finished);
    count += finished.length;
  }
}

const nameOf = ({ id, version }: StoredDocument): string => `${id} ${version}`;
