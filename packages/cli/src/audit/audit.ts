import { addDecimals, type Bus, type Codec, type Decimal, type DocumentStore, negateDecimal } from "@troupe/kernel";
import { readStored, type SagaFacts, type StoredEvidence } from "./evidence.ts";
import { FINDING_KINDS, type Finding, type FindingKind, type OrderEvidence, PARTICIPANTS } from "./findings.ts";
import { judgeOrder, READERS, UNSTARTED } from "./judge.ts";
import { Ledger, OUTLINE } from "./ledger.ts";
import { readLog } from "./read-log.ts";

export type Books = {
  readonly reserved: number;
  readonly released: number;
  readonly captured: Decimal;
  readonly refunded: Decimal;
  readonly shipped: number;
};

/** Everything that the closing tables say, of orders whose documents are all still there. `lost`, `doubled`, `outOfOrder`: orders with a finding of that kind. */
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
  readonly outOfOrder: number;
  readonly unended: number;
  readonly findings: readonly Finding[];
  /** Records on the log that repeat a message which stood there before: what inboxes had to drop. */
  readonly repeats: number;
  readonly books: Books;
  /** What does not add up, in words; empty when the books balance. */
  readonly imbalances: readonly string[];
};

export type AuditTools = {
  readonly bus: Bus;
  readonly store: DocumentStore;
  readonly codec: Codec;
  readonly sagaFacts: SagaFacts;
  readonly group: string;
  /** Ids of orders that customers were told 202 for, by the customers' own word. */
  readonly accepted?: ReadonlySet<string>;
  /**
   * Follows every message and every undo, not only orders and deeds. Only fair when nothing is on its way any more; takes
   * about twice as long.
   */
  readonly thorough?: boolean;
  /** Which customers' orders are looked at, where others have ordered too. Default: all. */
  readonly concerns?: (customerId: string) => boolean;
};

const ZERO = "0.00" as Decimal; // canonical text of two digits
const TOPICS = ["orders", "inventory", "payments", "shipping"];
const REQUESTS = ["StockReleaseRequested", "RefundRequested", "ShipmentRecallRequested", "OrderConfirmationRequested"];
const EVERYTHING: ReadonlySet<string> = new Set([...Object.values(READERS).flat(), ...REQUESTS, "SagaCompleted", "SagaCompensated"]);

/**
 * Compares accounts that know nothing of each other: the log (what was ordered, asked and done), the sagas' documents (how
 * each ended), the participants' own books, and the answers that customers got. Trusts none of them: whatever one says and
 * another does not is a finding. Rejects when bus or store is away.
 */
export async function audit(tools: AuditTools): Promise<AuditReport> {
  const { store, sagaFacts, thorough = false, concerns } = tools;
  const topics = thorough ? [...TOPICS, "troupe.sagas"] : TOPICS;
  const ledger = await readLog({ ...tools, topics, ledger: new Ledger(thorough ? EVERYTHING : OUTLINE) });
  const stored = await readStored({ store, sagaFacts, thorough });
  const evidence = allEvidence(tools, { ledger, stored });
  const findings = evidence.flatMap((order) => judgeOrder(order, thorough));
  const ordersWith = (kind: FindingKind): number => new Set(findings.filter((found) => found.kind === kind).map(({ order }) => order)).size;
  const [lost = 0, doubled = 0, outOfOrder = 0, unended = 0] = FINDING_KINDS.map(ordersWith);
  const books = totals(evidence);
  const repeats = evidence.reduce((sum, { trail }) => sum + (trail?.repeats ?? 0), 0);
  return {
    orders: evidence.filter(({ accepted, trail }) => accepted || trail?.placed !== undefined).length,
    ...tally(concerns === undefined ? [...stored.sagas.values()] : evidence.flatMap(({ saga }) => (saga === undefined ? [] : [saga]))),
    ...{ lost, doubled, outOfOrder, unended, findings, repeats, books },
    imbalances: imbalances(books, evidence),
  };
}

function allEvidence(
  { accepted = new Set(), concerns }: AuditTools,
  { ledger, stored }: { readonly ledger: Ledger; readonly stored: StoredEvidence },
): readonly OrderEvidence[] {
  const told = concerns === undefined ? new Set([...stored.answered, ...accepted]) : accepted;
  const placed = [...ledger.orders].filter(([, trail]) => trail.placed !== undefined && (concerns?.(trail.placed.customerId) ?? true));
  const books = concerns === undefined ? PARTICIPANTS.flatMap((service) => [...stored.books[service].keys()]) : [];
  const orders = [...new Set([...told, ...placed.map(([order]) => order), ...books])];
  const whole = orders.filter((order) => !stored.archived.has(order));
  return whole.map((order) => ({
    order,
    accepted: told.has(order),
    trail: ledger.orders.get(order),
    saga: stored.sagas.get(order),
    memory: stored.orders.get(order),
    books: Object.fromEntries(PARTICIPANTS.flatMap((service) => entryOf(service, stored.books[service].get(order)))),
  }));
}

const entryOf = <Value>(name: string, value: Value | undefined): ReadonlyArray<readonly [string, Value]> =>
  value === undefined ? [] : [[name, value]];

type Ending = { readonly status: string; readonly stuck: boolean; readonly cause: string | undefined };

function tally(sagas: readonly Ending[]) {
  const causes: Record<string, number> = {};
  let [completed, compensated, stuck, open, unstarted] = [0, 0, 0, 0, 0];
  for (const saga of sagas) {
    if (UNSTARTED.includes(saga.status)) unstarted += 1;
    else if (saga.stuck) stuck += 1;
    else if (saga.status === "completed") completed += 1;
    else if (saga.status === "compensated") {
      compensated += 1;
      const cause = saga.cause ?? "unknown";
      causes[cause] = (causes[cause] ?? 0) + 1;
    } else open += 1;
  }
  return { completed, compensated, causes, stuck, open, unstarted };
}

function totals(evidence: readonly OrderEvidence[]): Books {
  let [reserved, released, shipped] = [0, 0, 0];
  let [captured, refunded] = [ZERO, ZERO];
  for (const { books } of evidence) {
    const { inventory, payments, shipping } = books;
    reserved += Number(inventory?.did ?? 0);
    released += Number(inventory?.undid ?? 0);
    captured = addDecimals(captured, String(payments?.did ?? ZERO) as Decimal); // the service keeps canonical text
    refunded = addDecimals(refunded, String(payments?.undid ?? ZERO) as Decimal); // as above
    shipped += Number(shipping?.did ?? 0) - Number(shipping?.undid ?? 0);
  }
  return { reserved, released, captured, refunded, shipped };
}

function imbalances(books: Books, evidence: readonly OrderEvidence[]): string[] {
  const completed = evidence.flatMap(({ saga, trail }) =>
    saga?.status === "completed" && !saga.stuck && trail?.placed !== undefined ? [trail.placed] : [],
  );
  const kept = addDecimals(books.captured, negateDecimal(books.refunded));
  const units = completed.reduce((sum, placed) => sum + placed.units, 0);
  const money = completed.reduce((sum, { total }) => addDecimals(sum, total), ZERO);
  return [
    ...differs("units reserved and not released", books.reserved - books.released, units),
    ...differs("money captured and not refunded", kept, money),
    ...differs("parcels shipped and not recalled", books.shipped, completed.length),
  ];
}

const differs = (what: string, found: number | string, expected: number | string): string[] =>
  found === expected ? [] : [`${what}: ${found}, but completed orders account for ${expected}`];
