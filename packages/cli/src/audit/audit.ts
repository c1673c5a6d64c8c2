import {
  addDecimals,
  type Bus,
  type Codec,
  type Decimal,
  type DocumentStore,
  type Json,
  negateDecimal,
  parseDocumentId,
  type StoredDocument,
} from "@troupe/kernel";
import { readParticipantState } from "@troupe/service-kit";
import { Ledger } from "./ledger.ts";
import { readLog } from "./read-log.ts";

export type Books = {
  readonly reserved: number;
  readonly released: number;
  readonly captured: Decimal;
  readonly refunded: Decimal;
  readonly shipped: number;
};

/** Everything that the closing table says. `lost`: accepted orders without a saga. `doubled`: orders with an effect done twice. */
export type AuditReport = {
  readonly orders: number;
  readonly completed: number;
  readonly compensated: number;
  /** Compensated sagas by what turned them, e.g. `chargePayment: timed out`. */
  readonly causes: { readonly [cause: string]: number };
  readonly stuck: number;
  /** Started and not ended. */
  readonly open: number;
  /** Instances that only know events without a start: foreign records, or a start that was never published. */
  readonly unstarted: number;
  readonly lost: number;
  readonly doubled: number;
  readonly books: Books;
  /** What does not add up, in words; empty when the books balance. */
  readonly imbalances: readonly string[];
};

/** What the auditor needs to know of a saga document; given by the composition root, which knows the core. */
export type SagaFacts = (document: StoredDocument) => {
  readonly status: string;
  readonly stuck: boolean;
  readonly cause: string | undefined;
};

export type AuditTools = {
  readonly bus: Bus;
  readonly store: DocumentStore;
  readonly codec: Codec;
  readonly sagaFacts: SagaFacts;
  readonly group: string;
};

const ZERO = "0.00" as Decimal; // canonical text of two digits
/** Statuses of an instance that no start has reached. */
export const UNSTARTED: readonly string[] = ["awaiting", "unmatched", "declined"];
const TOPICS = ["orders", "inventory", "payments", "shipping"];

/**
 * Compares three independent accounts: the log (what was ordered, what was done twice), the sagas' documents (how each
 * ended) and the participants' own books. Rejects when bus or store is away.
 */
export async function audit(tools: AuditTools): Promise<AuditReport> {
  const ledger = await readLog({ ...tools, topics: TOPICS, ledger: new Ledger() });
  const sagas = new Map<string, StoredDocument>();
  for await (const document of allDocuments(tools.store, "saga-coordinator", "orderFulfilment")) sagas.set(keyOf(document), document);
  const accepted = await acceptedOrders(tools.store);
  const books = await readBooks(tools.store);
  const report = tally(sagas, tools.sagaFacts);
  const placed = [...ledger.orders].filter(([, trail]) => trail.placed);
  const completed = placed.filter(([id]) => report.completedIds.has(id)).map(([, trail]) => trail);
  const expected = {
    units: completed.reduce((sum, { units }) => sum + units, 0),
    money: completed.reduce((sum, { total }) => addDecimals(sum, total), ZERO),
    parcels: completed.length,
  };
  const orders = new Set([...accepted, ...placed.map(([id]) => id)]);
  return {
    orders: orders.size,
    completed: report.completedIds.size,
    compensated: report.compensated,
    causes: report.causes,
    stuck: report.stuck,
    open: report.open,
    unstarted: report.unstarted,
    lost: [...orders].filter((id) => !report.startedIds.has(id)).length,
    doubled: ledger.doubled().length,
    books,
    imbalances: imbalances(books, expected),
  };
}

function tally(sagas: ReadonlyMap<string, StoredDocument>, sagaFacts: SagaFacts) {
  const completedIds = new Set<string>();
  const startedIds = new Set<string>();
  const causes: Record<string, number> = {};
  let [compensated, stuck, open, unstarted] = [0, 0, 0, 0];
  for (const [id, document] of sagas) {
    const saga = sagaFacts(document);
    if (UNSTARTED.includes(saga.status)) {
      unstarted += 1;
      continue;
    }
    startedIds.add(id);
    if (saga.stuck) stuck += 1;
    else if (saga.status === "completed") completedIds.add(id);
    else if (saga.status === "compensated") {
      compensated += 1;
      const cause = saga.cause ?? "unknown";
      causes[cause] = (causes[cause] ?? 0) + 1;
    } else open += 1;
  }
  return { completedIds, startedIds, causes, compensated, stuck, open, unstarted };
}

async function readBooks(store: DocumentStore): Promise<Books> {
  let [reserved, released, shipped] = [0, 0, 0];
  let [captured, refunded] = [ZERO, ZERO];
  for await (const document of allDocuments(store, "inventory", "inventory")) {
    const books = booksOf(document);
    reserved += Number(books["reserved"]);
    released += Number(books["released"]);
  }
  for await (const document of allDocuments(store, "payments", "payments")) {
    const books = booksOf(document);
    captured = addDecimals(captured, String(books["captured"]) as Decimal); // the service keeps canonical text
    refunded = addDecimals(refunded, String(books["refunded"]) as Decimal); // as above
  }
  for await (const document of allDocuments(store, "shipping", "shipping")) {
    const books = booksOf(document);
    shipped += Number(books["dispatched"]) - Number(books["recalled"]);
  }
  return { reserved, released, captured, refunded, shipped };
}

function booksOf(document: StoredDocument): { readonly [name: string]: Json } {
  const { books } = readParticipantState(document.state).entity as { readonly books: { readonly [name: string]: Json } }; // every service of the demo keeps books
  return books;
}

function imbalances(books: Books, expected: { readonly units: number; readonly money: Decimal; readonly parcels: number }): string[] {
  const kept = addDecimals(books.captured, negateDecimal(books.refunded));
  return [
    ...differs("units reserved and not released", books.reserved - books.released, expected.units),
    ...differs("money captured and not refunded", kept, expected.money),
    ...differs("parcels shipped and not recalled", books.shipped, expected.parcels),
  ];
}

const differs = (what: string, found: number | string, expected: number | string): string[] =>
  found === expected ? [] : [`${what}: ${found}, but completed orders account for ${expected}`];

const keyOf = ({ id }: StoredDocument): string => parseDocumentId(id)?.key ?? id;

/** Ids of the orders that callers were told 202 for. */
async function acceptedOrders(store: DocumentStore): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const { state } of allDocuments(store, "orders", "ordersRequests")) {
    const { answer } = state as { readonly answer?: { readonly orderId?: string } }; // the kit keeps the answer that orders gave
    if (answer?.orderId !== undefined) ids.add(answer.orderId);
  }
  return ids;
}

async function* allDocuments(store: DocumentStore, owner: string, definition: string): AsyncGenerator<StoredDocument> {
  let cursor: string | null = null;
  do {
    const page = await store.documents(owner).query({ definition, limit: 200, ...(cursor === null ? {} : { cursor }) });
    yield* page.documents;
    cursor = page.cursor;
  } while (cursor !== null);
}
