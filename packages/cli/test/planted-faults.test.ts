import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { sagaFacts } from "@troupe/saga-coordinator";
import { type AuditReport, audit } from "../src/audit/audit.ts";
import { openPlatform } from "../src/compose/open-platform.ts";
import { ROLE_NAMES, startProcess } from "../src/compose/start-process.ts";
import { terminalLog } from "../src/compose/terminal-log.ts";
import { type Config, readConfig } from "../src/config.ts";

/** One order that completes, and one that is undone as a whole: the carrier refuses it after stock and money were taken. */
type Orders = { readonly good: string; readonly undone: string };

const root = join(import.meta.dirname, "..", "..", "..");
const folder = mkdtempSync(join(tmpdir(), "troupe-audit-"));
const configAt = (name: string): Config => {
  const place = { dataDir: join(folder, name), schemasDir: join(root, "schemas"), sagasDir: join(root, "sagas") };
  return readConfig({}, { ...place, port: "0" });
};
const placed: { good: string; undone: string } = { good: "", undone: "" };

/** Runs the platform until both orders have ended, and leaves its data. */
async function makeSoundData(): Promise<void> {
  const config = configAt("sound");
  const running = await startProcess(config, ROLE_NAMES, terminalLog(config));
  try {
    placed.good = await place(running.http.address, "10115");
    placed.undone = await place(running.http.address, "00000");
    const sagas = running.platform.store.documents("saga-coordinator");
    await until("the end of both orders", async () => {
      const { compensated, completed } = await sagas.countByStatus("orderFulfilment");
      return compensated === 1 && completed === 1;
    });
  } finally {
    await running.stop();
  }
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 60_000; !(await isSo()); await new Promise((resolve) => setTimeout(resolve, 25))) {
    assert.ok(performance.now() < end, `awaited for a minute: ${what}`);
  }
}

async function place(address: string, postalCode: string): Promise<string> {
  const shipTo = { recipient: "Ada Byron", street: "Example Street 1", postalCode, city: "Berlin", country: "DE" };
  const customer = { name: "Ada Byron", email: "ada@example.com" };
  const lines = [{ sku: "BOOK-COSMOS", quantity: 2, unitPrice: "18.90" }];
  const body = { customerId: "customer-1", customer, lines, currency: "EUR", card: "4242424242424242", shipTo };
  const headers = { "content-type": "application/json", "idempotency-key": `audit-${postalCode}` };
  let text = "";
  await until(`202 for the order to ${postalCode}`, async () => {
    const answer = await fetch(`${address}/orders`, { method: "POST", headers, body: JSON.stringify(body) });
    text = await answer.text();
    return answer.status === 202; // a busy machine may turn it away for a moment
  });
  return (JSON.parse(text) as { readonly orderId: string }).orderId; // the contract of POST /orders
}

/** The audit of a copy of the sound data into which something was planted. */
async function audited(
  name: string,
  plant: (file: DatabaseSync, orders: Orders) => void,
  accepted: readonly string[] = [],
): Promise<AuditReport> {
  cpSync(join(folder, "sound"), join(folder, name), { recursive: true });
  const config = configAt(name);
  const file = new DatabaseSync(join(config.dataDir, "troupe.db"));
  plant(file, placed);
  file.close();
  const { bus, store, codec, close } = await openPlatform(config, terminalLog(config));
  try {
    return await audit({ bus, store, codec, sagaFacts, group: "auditor", thorough: true, accepted: new Set(accepted) });
  } finally {
    await close();
  }
}

const OF = "key = ? and headers like ?";
const header = (event: string): string => `%"ce_type":"shop.%.${event}"%`;

type Plant = {
  readonly fear: string;
  readonly order: keyof Orders;
  readonly plant: (file: DatabaseSync, order: string) => unknown;
  readonly found: RegExp;
};
const PLANTS: readonly Plant[] = [
  {
    fear: "an accepted order whose event never reached the log",
    order: "good",
    plant: (file, order) => file.prepare(`delete from log where ${OF}`).run(order, header("OrderPlaced")),
    found: /^lost: the customer was told that it is accepted, but OrderPlaced is not on the log$/,
  },
  {
    fear: "an order that the coordinator has skipped",
    order: "good",
    plant: (file, order) => file.prepare("delete from doc where id = ?").run(`default/orderFulfilment/${order}`),
    found: /^lost: OrderPlaced is on the log, but no saga has begun$/,
  },
  {
    fear: "an event that one reader has skipped, although all ended well",
    order: "good",
    plant: (file, order) => file.prepare("update doc set inbox = '{}' where id = ?").run(`default/shipping/${order}`),
    found: /^lost: shipping has never folded PaymentCaptured [\da-f-]{36}$/,
  },
  {
    fear: "an event that was decided and never published",
    order: "good",
    plant: (file, order) => file.prepare(`delete from log where ${OF}`).run(order, header("ShipmentDispatched")),
    found: /^lost: shipping holds [\da-f-]{36}, but no ShipmentDispatched tells of it$/,
  },
  {
    fear: "an ending that nobody is told of",
    order: "undone",
    plant: (file, order) => file.prepare(`delete from log where ${OF}`).run(order, '%"ce_type":"troupe.sagas.SagaCompensated"%'),
    found: /^lost: the saga is compensated, but no SagaCompensated is on the log$/,
  },
  {
    fear: "an undo that is claimed and never came",
    order: "undone",
    plant: (file, order) =>
      file
        .prepare('update doc set state = replace(state, \'"refunded":"37.80"\', \'"refunded":"0.00"\') where id = ?')
        .run(`default/payments/${order}`),
    found: /^lost: compensated with 37.80 money captured and 0.00 money refunded: an undo is lost$/,
  },
  {
    fear: "a charge that was made twice",
    order: "good",
    plant: (file, order) =>
      file
        .prepare('update doc set state = replace(state, \'"captured":"37.80"\', \'"captured":"75.60"\') where id = ?')
        .run(`default/payments/${order}`),
    found: /^doubled: completed with 75.60 money captured and 0.00 money refunded of 37.80$/,
  },
  {
    fear: "a second payment that only the log knows of",
    order: "good",
    plant: secondPayment,
    found: /^doubled: PaymentCaptured tells of 2 different things: [\da-f-]{36}, [\da-f-]{36}$/,
  },
  {
    fear: "a step that was undone before the one that depends on it",
    order: "undone",
    plant: tooEarly,
    found: /^out of order: StockReleaseRequested [\da-f-]{36} was sent while chargePayment was not undone yet$/,
  },
  {
    fear: "a saga that never ends",
    order: "good",
    plant: (file, order) =>
      file
        .prepare('update doc set state = replace(state, \'"status":"completed"\', \'"status":"running"\') where id = ?')
        .run(`default/orderFulfilment/${order}`),
    found: /^unended: the saga is running$/,
  },
  {
    fear: "a reaction that nobody runs any more",
    order: "good",
    plant: (file, order) =>
      file
        .prepare('update doc set state = replace(state, \'"waiting":[]\', \'"waiting":[{"name":"RefundRequested"}]\') where id = ?')
        .run(`default/payments/${order}`),
    found: /^unended: payments: RefundRequested waits for a reaction$/,
  },
];

/** Repeats the record of the payment with other ids: of the message, and in the body of the payment (a uuid is 36 bytes of text in Avro). */
function secondPayment(file: DatabaseSync, order: string): void {
  const row = file.prepare(`select * from log where ${OF}`).get(order, header("PaymentCaptured"));
  assert.ok(row !== undefined && row["value"] instanceof Uint8Array);
  const bytes = Buffer.from(row["value"]);
  const ids = [...bytes.toString("latin1").matchAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g)];
  const paymentId = ids.find(([id]) => id !== order);
  assert.ok(paymentId !== undefined);
  bytes.write("00000000", paymentId.index, "latin1");
  const headers = String(row["headers"]).replace(/"ce_id":"[\da-f]{8}/, '"ce_id":"00000000');
  const end = file
    .prepare("select max(off) + 1 as off from log where topic = ? and part = ?")
    .get(Number(row["topic"]), Number(row["part"]));
  file
    .prepare("insert into log(topic, part, off, ts, key, value, headers) values(?, ?, ?, ?, ?, ?, ?)")
    .run(Number(row["topic"]), Number(row["part"]), Number(end?.["off"]), Number(row["ts"]), order, bytes, headers);
}

/** Makes the request name the fact that turned the saga as its cause, instead of the refund. */
function tooEarly(file: DatabaseSync, order: string): void {
  const causeOf = (event: string): string => {
    const row = file.prepare(`select headers from log where ${OF}`).get(order, header(event));
    return (JSON.parse(String(row?.["headers"])) as { readonly ce_causationid: string }).ce_causationid; // the wire contract
  };
  const [refundCause, releaseCause] = [causeOf("RefundRequested"), causeOf("StockReleaseRequested")];
  assert.notEqual(refundCause, releaseCause);
  const change = "update log set headers = replace(headers, ?, ?)";
  file.prepare(`${change} where ${OF}`).run(releaseCause, refundCause, order, header("StockReleaseRequested"));
}

describe("the auditor", () => {
  before(makeSoundData);
  after(() => rmSync(folder, { recursive: true, force: true }));

  test("finds nothing where nothing is wrong", async () => {
    const report = await audited("untouched", () => {});
    assert.deepEqual(report.findings, []);
    assert.deepEqual(report.imbalances, []);
    assert.deepEqual([report.orders, report.completed, report.compensated, report.repeats], [2, 1, 1, 0]);
  });

  test("believes the customer who was told that an order is accepted, when nobody else knows of it", async () => {
    const stranger = "11111111-1111-4111-8111-111111111111";
    const report = await audited("customer", () => {}, [stranger]);
    assert.deepEqual([report.lost, report.findings[0]?.order], [1, stranger]);
  });

  for (const [at, { fear, order, plant, found }] of PLANTS.entries()) {
    test(`finds ${fear}, and names the order`, async () => {
      const report = await audited(`planted-${at}`, (file, orders) => {
        const result = plant(file, orders[order]);
        if (result !== undefined) assert.equal(Object(result).changes, 1, "the fault was not planted");
      });
      const texts = report.findings.filter((one) => one.order === placed[order]).map(({ kind, text }) => `${kind}: ${text}`);
      assert.ok(
        texts.some((text) => found.test(text)),
        texts.join("\n") || "nothing was found",
      );
      assert.deepEqual(
        report.findings.filter((one) => one.order !== placed[order]),
        [],
      );
    });
  }
});
