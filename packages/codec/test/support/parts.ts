import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { type BusRecord, createIds, type Decoded, type Envelope, type EventFact, type Json, type OutboundRecord } from "@troupe/kernel";
import { createCodec, type EventCodec, fileRegistry, loadSchemas, type Registry } from "../../src/index.ts";

export const SHOP = fileURLToPath(new URL("../../../../schemas", import.meta.url));
export const LAB = fileURLToPath(new URL("../schemas", import.meta.url));
export const ids = createIds((data) => createHash("sha256").update(data).digest());

export type Bench = { readonly codec: EventCodec; readonly registry: Registry };

/** A registered codec over a folder of contracts. */
export async function bench(directory: string, registry?: Registry): Promise<Bench> {
  const schemas = loadSchemas(directory);
  const used = registry ?? fileRegistry({ schemas });
  const codec = createCodec({ schemas, registry: used, ids });
  await codec.register();
  return { codec, registry: used };
}

/** A folder of `path: schema`, gone after the test. */
export function folder(test: TestContext, files: { readonly [path: string]: Json | string }): string {
  const directory = mkdtempSync(join(tmpdir(), "codec-"));
  test.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), typeof content === "string" ? content : JSON.stringify(content));
  }
  return directory;
}

/** A small event `shop.lab.Noted`; `fields` besides the id. */
export function noted(fields: readonly Json[] = [], attributes: { readonly [name: string]: Json } = {}) {
  return {
    type: "record",
    name: "Noted",
    namespace: "shop.lab",
    doc: "Something was noted.",
    topic: "lab",
    correlate: "id",
    ...attributes,
    fields: [{ name: "id", type: "string", doc: "Correlation." }, ...fields],
  };
}

/** Ids of the golden records: fixed, so that a changed `doc` does not change the vectors. */
export function goldenIds(): Registry {
  const texts = new Map<number, string>();
  return {
    register: async (subject, schema) => {
      const id = 0x01020300 + Object.keys(SAMPLES).indexOf(subject.slice(subject.lastIndexOf(".") + 1));
      texts.set(id, schema);
      return id;
    },
    schemaById: async (id) => texts.get(id),
    describe: () => ({ adapter: "files", address: "golden" }),
  };
}

export const envelope = (type: string): Envelope => ({
  id: "0190b5c8-7d2e-8c3a-9f10-2b5f6c7d8e9f",
  type,
  source: "/services/test",
  time: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  tenant: "default",
});

/** What comes back from a bus for what went out. */
export function asRead(record: OutboundRecord, headers = record.headers): BusRecord {
  return {
    topic: record.topic,
    partition: 3,
    offset: 42,
    timestamp: 1_700_000_000_000,
    key: new TextEncoder().encode(record.key),
    value: record.value,
    headers,
  };
}

export function factOf(decoded: Decoded | Promise<Decoded>): EventFact {
  if (decoded instanceof Promise) throw new Error("decode was not synchronous");
  if (decoded.kind !== "event") throw new Error(`expected an event, got ${JSON.stringify(decoded)}`);
  return decoded.fact;
}

export const hex = (bytes: Uint8Array | null): string => (bytes === null ? "" : Buffer.from(bytes).toString("hex"));
export const unhex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));

export const SAMPLES: { readonly [event: string]: Json } = {
  OrderPlaced: {
    orderId: "0190b5c8-7d2e-7c3a-9f10-2b5f6c7d8e9f",
    customerId: "c-17",
    customer: { name: "Ada Lovelace", email: "ada@example.org" },
    placedAt: "2026-01-02T03:04:05.678Z",
    lines: [
      { sku: "CUP-01", quantity: 2, unitPrice: "12.50" },
      { sku: "DISCOUNT", quantity: 1, unitPrice: "-3.75" },
    ],
    total: "21.25",
    currency: "EUR",
    channel: "WEB",
    card: "4000000000000002",
    shipTo: { recipient: "Ada Lovelace", street: "12 St James's Square", postalCode: "SW1Y 4JH", city: "London", country: "GB" },
    note: "Grüße ☕",
  },
  StockReserved: {
    orderId: "0190b5c8-7d2e-7c3a-9f10-2b5f6c7d8e9f",
    reservationId: "6f9619ff-8b86-d011-b42d-00c04fc964ff",
    lines: [{ sku: "CUP-01", quantity: 2 }],
    units: "9007199254740993",
    reservedAt: 1767323045678,
  },
  PaymentRefunded: { orderId: "0190b5c8-7d2e-7c3a-9f10-2b5f6c7d8e9f", paymentId: null, amount: "0.00", refundedAt: -1 },
  PaymentDeclined: { orderId: "0190b5c8-7d2e-7c3a-9f10-2b5f6c7d8e9f", reason: "SUSPECTED_FRAUD", declinedAt: 0 },
  ShipmentDispatched: {
    orderId: "0190b5c8-7d2e-7c3a-9f10-2b5f6c7d8e9f",
    parcelId: "6f9619ff-8b86-d011-b42d-00c04fc964ff",
    trackingNumber: "1Z999",
    dispatchedAt: 1767323045678,
    expectedOn: "1969-12-31",
  },
  EveryType: {
    id: "0190b5c8-7d2e-7c3a-9f10-2b5f6c7d8e9f",
    flag: true,
    small: -2147483648,
    large: "-9223372036854775808",
    single: 1.5,
    real: -0.1,
    raw: "AAH/",
    text: "€𝄞",
    amount: "-12345678901234567890.1234",
    price: "-99999999.99",
    day: "2024-02-29",
    clock: 86399999,
    at: "9999-12-31T23:59:59.999Z",
    exactly: "9223372036854775807",
    span: { months: 1, days: 4294967295, millis: 3 },
    digest: "3q2+7w==",
    colour: "GREEN",
    words: ["", "zwei"],
    counts: { one: 1, huge: "9007199254740993" },
    tree: { label: "root", children: [{ label: "leaf", children: [] }] },
    maybeLong: "9007199254740993",
    maybeAmount: "-0.01",
    either: "text",
    textOrLong: { long: "9007199254740993" },
    shape: { "test.lab.Square": { side: 2 } },
  },
};
