import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json, Payload, Value } from "@troupe/kernel";
import { createCodec, fileRegistry, loadSchemas } from "../src/index.ts";
import { bench, envelope, folder, ids, LAB, noted, SAMPLES, SHOP } from "./support/parts.ts";

const shop = (await bench(SHOP)).codec;
const lab = (await bench(LAB)).codec;

const order = (changes: { readonly [field: string]: unknown }): Payload =>
  ({ ...shop.fromJson("OrderPlaced", SAMPLES["OrderPlaced"] ?? null), ...changes }) as Payload; // wrong on purpose
const every = (changes: { readonly [field: string]: unknown }): Payload =>
  ({ ...lab.fromJson("EveryType", SAMPLES["EveryType"] ?? null), ...changes }) as Payload; // wrong on purpose

function refusal(work: () => unknown): { readonly code: string; readonly message: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof Error && "code" in error) return { code: String(error.code), message: error.message };
    throw error;
  }
  return assert.fail("nothing was refused");
}
const refused = (payload: Payload) => refusal(() => shop.encode({ envelope: envelope("OrderPlaced"), payload }));
const refusedLab = (payload: Payload) => refusal(() => lab.encode({ envelope: envelope("EveryType"), payload }));

const FAULTS: readonly (readonly [string, { readonly [field: string]: unknown }, RegExp])[] = [
  [
    "a decimal with too many digits",
    { total: "12345678901.00" },
    /`total` of OrderPlaced is "12345678901.00"; allowed is decimal text with up to 12 digits, 2 of them after the point/,
  ],
  ["a decimal that would lose a digit", { total: "1.005" }, /`total` of OrderPlaced is "1.005"/],
  ["a number where money is meant", { total: 21.25 }, /`total` of OrderPlaced is the number 21.25; allowed is decimal text/],
  ["a symbol that the enum does not have", { channel: "FAX" }, /`channel` of OrderPlaced is "FAX"; allowed is one of WEB, SHOP, PHONE/],
  ["a uuid that is none", { orderId: "42" }, /`orderId` of OrderPlaced is "42"; allowed is a UUID/],
  [
    "a broken number deep inside",
    { lines: [{ sku: "a", quantity: 1.5, unitPrice: "1.00" }] },
    /`lines\[0\]\.quantity` of OrderPlaced is the number 1.5/,
  ],
  ["no list", { lines: "a" }, /`lines` of OrderPlaced is "a"; allowed is array of record shop.orders.OrderLine/],
  ["no record", { shipTo: null }, /`shipTo` of OrderPlaced is null; allowed is an object with recipient, street/],
  ["text that UTF-8 can't carry", { customerId: "\ud800" }, /`customerId` of OrderPlaced is .*well-formed Unicode/],
  [
    "a timestamp beyond what a number holds",
    { placedAt: 2 ** 60 },
    /`placedAt` of OrderPlaced is the number 1152921504606847000; allowed is milliseconds since 1970/,
  ],
];

const LAB_FAULTS: readonly (readonly [string, { readonly [field: string]: unknown }, RegExp])[] = [
  ["a long beyond 64 bits", { large: 2n ** 63n }, /`large` .* the bigint 9223372036854775808n; allowed is a whole number of 64 bits/],
  ["a long that a number can't hold exactly", { large: 2 ** 53 }, /`large` .* the number 9007199254740992/],
  ["an int beyond 32 bits", { small: 2 ** 31 }, /`small` .* the number 2147483648; allowed is a whole number of 32 bits/],
  ["a day that does not exist", { day: "2023-02-29" }, /`day` .* "2023-02-29"; allowed is a calendar date/],
  ["a decimal that its fixed bytes can't hold", { price: "99999999999.99" }, /`price` /],
  ["a duration with a negative part", { span: { months: -1, days: 0, millis: 0 } }, /`span` /],
  ["fixed bytes of another size", { digest: new Uint8Array(3) }, /`digest` .* 3 bytes; allowed is 4 bytes/],
  ["a time after midnight of the next day", { clock: 86_400_000 }, /`clock` /],
  ["a union's value of none of its branches", { either: new Uint8Array(1) }, /`either` /],
  [
    "a union of look-alikes without its tag",
    { shape: { side: 2 } },
    /`shape` .*as an object with one of test\.lab\.Circle, test\.lab\.Square/,
  ],
  ["a map entry that assignment would lose", { counts: JSON.parse('{"__proto__": 1}') as Json }, /`counts` .*__proto__/],
  ["a fault in a map", { counts: { a: "x" } }, /`counts\["a"\]` .*"x"/],
];

describe("what an event does not allow is refused with one sentence", () => {
  it("an unknown field, with the nearest one", () => {
    assert.deepEqual(refused(order({ totl: "1.00" })), {
      code: "EVENT_FIELD_UNKNOWN",
      message:
        "Event OrderPlaced has no field `totl`; its fields are orderId, customerId, customer, placedAt, lines, total, currency, channel, card, shipTo, note (did you mean total?).",
    });
  });

  it("an unknown field deep inside, with its path", () => {
    const { code, message } = refused(order({ lines: [{ sku: "a", quantity: 1, unitPrice: "1.00", vat: 7 }] }));
    assert.equal(code, "EVENT_FIELD_UNKNOWN");
    assert.match(message, /no field `lines\[0\]\.vat`; its fields are sku, quantity, unitPrice\./);
  });

  it("a missing field", () => {
    const { message } = refused(order({ currency: undefined }));
    assert.equal(message, "Field `currency` of OrderPlaced is missing; allowed is one of EUR, USD, GBP.");
  });

  for (const [name, changes, sentence] of FAULTS) {
    it(name, () => {
      const { code, message } = refused(order(changes));
      assert.equal(code, "EVENT_FIELD_INVALID");
      assert.match(message, sentence);
    });
  }

  it("personal data is not repeated in the sentence", () => {
    const { message } = refused(order({ card: 4111111111111111 }));
    assert.equal(
      message,
      "Field `card` of OrderPlaced is a value that is not shown (personal data); allowed is text of well-formed Unicode.",
    );
  });

  for (const [name, changes, sentence] of LAB_FAULTS) {
    it(name, () => {
      const { code, message } = refusedLab(every(changes));
      assert.equal(code, "EVENT_FIELD_INVALID");
      assert.match(message, sentence);
    });
  }

  it("an event that nobody knows, with the nearest name", () => {
    const { code, message } = refusal(() => shop.encode({ envelope: envelope("OrderPlacd"), payload: {} }));
    assert.equal(code, "EVENT_UNKNOWN");
    assert.match(message, /Event `OrderPlacd` is not known; known are .*did you mean OrderPlaced\?/);
  });

  it("nothing at all", () => {
    const nothing = undefined as unknown as Payload; // callers without types
    assert.match(refused(nothing).message, /`\(the payload\)` of OrderPlaced is missing/);
  });

  it("a codec that has no ids yet", () => {
    const schemas = loadSchemas(SHOP);
    const codec = createCodec({ schemas, registry: fileRegistry({ schemas }), ids });
    assert.equal(refusal(() => codec.encode({ envelope: envelope("OrderPlaced"), payload: order({}) })).code, "NOT_READY");
  });
});

describe("key and correlation follow from the schema", () => {
  for (const empty of [undefined, null, ""] as const) {
    it(`${JSON.stringify(empty) ?? "undefined"} can't be a key`, () => {
      const { code, message } = refused(order({ orderId: empty }));
      assert.equal(code, "CORRELATION_MISSING");
      assert.match(message, /OrderPlaced carries no correlation id: field `orderId` is/);
    });
  }

  it("a uuid in upper case meets the partition of the same uuid in lower case", () => {
    const upper = shop.encode({ envelope: envelope("OrderPlaced"), payload: order({ orderId: "0190B5C8-7D2E-7C3A-9F10-2B5F6C7D8E9F" }) });
    assert.equal(upper.key, "0190b5c8-7d2e-7c3a-9f10-2b5f6c7d8e9f");
    assert.equal(upper.headers["ce_correlationid"], upper.key);
  });

  it("key may be another field than the correlation, and a number", async (test) => {
    const schema = noted([{ name: "account", type: ["null", "long"], doc: "Account." }], { key: "account" });
    const { codec } = await bench(folder(test, { "lab/Noted.avsc": schema }));
    const out = codec.encode({ envelope: envelope("Noted"), payload: { id: "saga-1", account: 9007199254740993n } });
    assert.equal(out.key, "9007199254740993");
    assert.equal(out.headers["ce_correlationid"], "saga-1");
    assert.equal(
      refusal(() => codec.encode({ envelope: envelope("Noted"), payload: { id: "saga-1", account: null } })).code,
      "CORRELATION_MISSING",
    );
    assert.equal(
      refusal(() => codec.encode({ envelope: envelope("Noted"), payload: { id: "", account: 1n } })).code,
      "CORRELATION_MISSING",
    );
  });

  it("the envelope's own correlation id stays, and the type becomes the full name", () => {
    const out = shop.encode({ envelope: { ...envelope("OrderPlaced"), correlationId: "parent" }, payload: order({}) });
    assert.equal(out.headers["ce_correlationid"], "parent");
    assert.equal(out.headers["ce_type"], "shop.orders.OrderPlaced");
    assert.equal(out.topic, "orders");
  });
});

describe("what is known of an event", () => {
  it("by short and by full name", () => {
    const description = shop.describe("OrderPlaced");
    assert.equal(shop.describe("shop.orders.OrderPlaced"), description);
    const { fullName, context, topic, keyField, correlateField } = description;
    assert.deepEqual(
      [fullName, context, topic, keyField, correlateField],
      ["shop.orders.OrderPlaced", "orders", "orders", "orderId", "orderId"],
    );
    assert.deepEqual(description.piiFields, ["customer.name", "customer.email", "card", "shipTo.recipient", "shipTo.street"]);
  });
});

describe("JSON faces", () => {
  it("defaults fill what was left out, here and on the wire", () => {
    const { note: _, ...withoutNote } = SAMPLES["OrderPlaced"] as { readonly [field: string]: Json }; // an object
    assert.equal(shop.fromJson("OrderPlaced", withoutNote)["note"], null);
    const { note: __, ...payload } = order({});
    assert.ok(shop.encode({ envelope: envelope("OrderPlaced"), payload: payload as { [field: string]: Value } })); // without it
  });

  it("values become canonical: decimals get their scale, instants their milliseconds, uuids lower case", () => {
    const json = { ...(SAMPLES["PaymentRefunded"] as object), amount: "3.5", refundedAt: "2026-01-01T01:00:00+01:00" };
    const payload = shop.fromJson("PaymentRefunded", json as Json); // an object of JSON
    assert.equal(payload["amount"], "3.50");
    assert.equal(payload["refundedAt"], Date.UTC(2026, 0, 1));
  });

  it("longs are numbers where that is exact, text beyond; bytes are base64", () => {
    const json = lab.toJson("EveryType", every({ maybeLong: 7n })) as { readonly [field: string]: Json }; // a record
    assert.equal(json["maybeLong"], 7);
    assert.equal(json["large"], "-9223372036854775808");
    assert.equal(json["raw"], "AAH/");
    assert.deepEqual(lab.fromJson("EveryType", json), every({ maybeLong: 7n }));
  });

  it("refuse what the wire would refuse", () => {
    assert.equal(refusal(() => shop.fromJson("OrderPlaced", { ordrId: "x" })).code, "EVENT_FIELD_UNKNOWN");
    assert.equal(refusal(() => shop.fromJson("OrderPlaced", [])).code, "EVENT_FIELD_INVALID");
    assert.equal(refusal(() => shop.fromJson("Nothing", {})).code, "EVENT_UNKNOWN");
  });
});
