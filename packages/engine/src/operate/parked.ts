import {
  type Clock,
  type DocumentStore,
  PARKED_DUE_AT,
  type ParkedAsk,
  type ParkedKey,
  parseDocumentId,
  type Random,
  type StoredDocument,
  TroupeError,
} from "@troupe/kernel";

/** A parked document with its owner. */
export type ParkedDocumentOf = {
  readonly owner: string;
  readonly id: string;
  readonly key: string;
  readonly parked: ParkedKey;
};

/** Which parked keys; all that is given must fit. `since`: parked at this time or later. `topic`: of the record that parked it. */
export type ParkedFilter = {
  readonly owner?: string;
  readonly document?: string;
  readonly topic?: string;
  readonly code?: string;
  readonly key?: string;
  readonly since?: number;
};

/** From here on a key that keeps failing is tried again only by force. */
export const RETRY_LIMIT = 3;
const MOST_KEYS = 100_000;

/** Parked keys, the oldest first. Rejects with STORE_UNREACHABLE. */
export async function listParked(store: DocumentStore, filter: ParkedFilter): Promise<readonly ParkedDocumentOf[]> {
  const { owner } = filter;
  const found = await store.parked.documents({ ...(owner === undefined ? {} : { owner }), limit: MOST_KEYS });
  const owners = [...new Set(found.map((one) => one.owner))];
  const documents = new Map<string, StoredDocument>();
  for (const name of owners) {
    const ids = found.filter((one) => one.owner === name).map(({ document }) => document);
    for (const [id, document] of await store.documents(name).load(ids)) documents.set(`${name} ${id}`, document);
  }
  return found
    .flatMap(({ owner: name, document }) => parkedOf(name, documents.get(`${name} ${document}`)))
    .filter((one) => fits(one, filter));
}

function parkedOf(owner: string, document: StoredDocument | undefined): readonly ParkedDocumentOf[] {
  if (document?.parked === undefined) return []; // its rows are left over
  return [{ owner, id: document.id, key: parseDocumentId(document.id)?.key ?? document.id, parked: document.parked }];
}

function fits({ id, key, parked }: ParkedDocumentOf, filter: ParkedFilter): boolean {
  const { document = id, key: wanted = key, code = parked.code, since = 0 } = filter;
  const topic = parked.places[0]?.topic;
  return document === id && wanted === key && code === parked.code && parked.since >= since && (filter.topic ?? topic) === topic;
}

const TRIES = 20;

/**
 * Says in a parked document what is to be done with its records; its owner does it at its next look, or when it runs
 * again. False when the document is not parked any more. Rejects with STORE_UNREACHABLE, or when other writers were
 * always faster.
 */
export async function askParked(
  { owner, id }: Pick<ParkedDocumentOf, "owner" | "id">,
  asked: ParkedAsk,
  ports: { readonly store: DocumentStore; readonly clock: Clock; readonly random: Random },
): Promise<boolean> {
  const documents = ports.store.documents(owner);
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const stored = (await documents.load([id])).get(id);
    if (stored?.parked === undefined) return false;
    const [outcome] = await documents.commit([asking(stored, { ...stored.parked, asked }, ports)]);
    if (outcome?.kind === "ok") return true;
    await ports.clock.sleep(Math.ceil(ports.random.next() * 10 * attempt));
  }
  throw new TroupeError("STORE_UNREACHABLE", { address: ports.store.adapter, reason: `${id} is written all the time by others` });
}

function asking(stored: StoredDocument, parked: ParkedKey, { clock, random }: { readonly clock: Clock; readonly random: Random }) {
  const { id, version, shard, definition, status, state, inbox, historyLength, nextSeq } = stored;
  const body = { definition, status, state, inbox, dueAt: PARKED_DUE_AT, historyLength, updatedAt: clock.now(), parked };
  const w = Math.floor(random.next() * 2 ** 48).toString(36);
  return { id, expected: version, w, shard, body, history: [], outbox: {}, nextSeq };
}
