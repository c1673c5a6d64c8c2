import { ARCHIVED, type Decimal, type DocumentStore, type Json, parseDocumentId, type StoredDocument } from "@troupe/kernel";
import { readParticipantState } from "@troupe/service-kit";
import {
  type FoldedFact,
  type Memory,
  type OrderEvidence,
  PARTICIPANTS,
  type Participant,
  type ParticipantEvidence,
  type SagaEvidence,
} from "./findings.ts";

/** What the auditor needs to know of a saga document; given by the composition root, which knows the core. */
export type SagaFacts = (document: StoredDocument) => {
  readonly status: string;
  readonly stuck: boolean;
  readonly cause: string | undefined;
};

export type StoredEvidence = {
  /** Ids of the orders that callers were told 202 for, as the orders service keeps its answers. */
  readonly answered: ReadonlySet<string>;
  readonly sagas: ReadonlyMap<string, SagaEvidence>;
  readonly orders: ReadonlyMap<string, NonNullable<OrderEvidence["memory"]>>;
  readonly books: { readonly [service in Participant]: ReadonlyMap<string, ParticipantEvidence> };
  /** Orders of which some document was put away: nobody can say any more what it was. */
  readonly archived: ReadonlySet<string>;
};

export type StoredEvidenceOptions = {
  readonly store: DocumentStore;
  readonly sagaFacts: SagaFacts;
  /** Also reads inboxes and the histories of sagas that were undone. */
  readonly thorough: boolean;
};

/** Fields of each service's books: what was done and what was taken back. */
const BOOKS: { readonly [service in Participant]: readonly [did: string, undid: string] } = {
  inventory: ["reserved", "released"],
  payments: ["captured", "refunded"],
  shipping: ["dispatched", "recalled"],
};
/** Where each service keeps the id of what it holds as done. */
const THINGS: { readonly [service in Participant]: readonly [field: string, id: string] } = {
  inventory: ["held", "reservationId"],
  payments: ["payment", "paymentId"],
  shipping: ["dispatched", "parcelId"],
};

/** Reads every document of sagas and participants. Rejects with STORE_UNREACHABLE. */
export async function readStored({ store, sagaFacts, thorough }: StoredEvidenceOptions): Promise<StoredEvidence> {
  const sagas = new Map<string, SagaEvidence>();
  const archived = new Set<string>();
  const kept = (owner: string, definition = owner): AsyncGenerator<StoredDocument> => keptDocuments({ store, owner, definition, archived });
  for await (const document of kept("saga-coordinator", "orderFulfilment")) {
    const facts = document.state === null ? { status: document.status, stuck: true, cause: undefined } : sagaFacts(document);
    const history = thorough && facts.status === "compensated" ? await historyOf(store, document.id) : [];
    sagas.set(keyOf(document), { ...facts, ...memoryOf(document, thorough), history });
  }
  const orders = new Map<string, NonNullable<OrderEvidence["memory"]>>();
  for await (const document of kept("orders")) {
    const { status } = entityOf(document);
    orders.set(keyOf(document), { ...memoryOf(document, thorough), confirmed: status === "confirmed" });
  }
  const [inventory, payments, shipping] = await Promise.all(PARTICIPANTS.map((service) => booksOf(service, kept(service), thorough)));
  const none = new Map<string, ParticipantEvidence>();
  const books = { inventory: inventory ?? none, payments: payments ?? none, shipping: shipping ?? none };
  return { answered: await answeredOrders(store), sagas, orders, books, archived };
}

async function booksOf(
  service: Participant,
  documents: AsyncIterable<StoredDocument>,
  thorough: boolean,
): Promise<ReadonlyMap<string, ParticipantEvidence>> {
  const books = new Map<string, ParticipantEvidence>();
  const [did, undid] = BOOKS[service];
  const [field, id] = THINGS[service];
  for await (const document of documents) {
    const entity = entityOf(document);
    const counted = entity["books"] as { readonly [name: string]: number | Decimal }; // every service of the demo keeps books
    const thing = entity[field] as { readonly [id: string]: string } | null; // its entity's form
    books.set(keyOf(document), {
      ...memoryOf(document, thorough),
      did: counted[did] ?? 0,
      undid: counted[undid] ?? 0,
      thing: thing?.[id],
      underWay: underWay(document),
    });
  }
  return books;
}

/** A document whose key was parked before its first fact has no state yet. */
function entityOf({ state }: StoredDocument): { readonly [name: string]: Json } {
  if (state === null) return { books: {} };
  return readParticipantState(state).entity as { readonly [name: string]: Json }; // an entity of the demo is an object
}

function underWay({ state }: StoredDocument): readonly string[] {
  if (state === null) return ["its key is parked"];
  const { pending, waiting, delayed } = readParticipantState(state);
  return [
    ...Object.values(pending).map(({ reaction, attempt }) => `reaction ${reaction} is under way, attempt ${attempt}`),
    ...waiting.map(({ name }) => `${name} waits for a reaction`),
    ...Object.values(delayed).map(({ name }) => `${name} is still to be sent`),
  ];
}

function memoryOf({ inbox, outbox }: StoredDocument, thorough: boolean): Memory {
  return { folded: thorough ? new Set(Object.keys(inbox)) : undefined, unsent: Object.keys(outbox).length };
}

async function historyOf(store: DocumentStore, id: string): Promise<readonly FoldedFact[]> {
  const history = await store.documents("saga-coordinator").history(id);
  return history.map(({ entry }) => ({ kind: String(entry["kind"]), identity: String(entry["identity"]), name: String(entry["name"]) }));
}

async function answeredOrders(store: DocumentStore): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const { state } of allDocuments(store, "orders", "ordersRequests")) {
    const { answer } = Object(state) as { readonly answer?: { readonly orderId?: string } }; // the kit keeps the answer that orders gave
    if (answer?.orderId !== undefined) ids.add(answer.orderId);
  }
  return ids;
}

const keyOf = ({ id }: StoredDocument): string => parseDocumentId(id)?.key ?? id;

type Kept = { readonly store: DocumentStore; readonly owner: string; readonly definition: string; readonly archived: Set<string> };

/** Notes those that were put away. */
async function* keptDocuments({ store, owner, definition, archived }: Kept): AsyncGenerator<StoredDocument> {
  for await (const document of allDocuments(store, owner, definition)) {
    if (document.status === ARCHIVED) archived.add(keyOf(document));
    else yield document;
  }
}

async function* allDocuments(store: DocumentStore, owner: string, definition: string): AsyncGenerator<StoredDocument> {
  let cursor: string | null = null;
  do {
    const page = await store.documents(owner).query({ definition, limit: 200, ...(cursor === null ? {} : { cursor }) });
    yield* page.documents;
    cursor = page.cursor;
  } while (cursor !== null);
}
