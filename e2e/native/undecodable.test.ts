import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { before, test } from "node:test";
import { encoded, framed, partitionsOf, type Written, write } from "../support/foreign-client.ts";
import { foreignOrder } from "../support/foreign-order.ts";
import { ask } from "../support/http.ts";
import { ALL_ROLES, roleProcess } from "../support/roles.ts";
import { endedSaga, placeOrder } from "../support/sagas.ts";
import { NATIVE } from "../support/servers.ts";
import { fileScope } from "../support/troupe.ts";
import { until } from "../support/until.ts";

/** What the test reads of GET /v1/dead-letters. */
type DeadLetter = Written & {
  readonly group: string;
  readonly key: string | null;
  readonly value: string | null;
  readonly code: string;
  readonly reason: string;
};

/** Groups that read the topic orders and want OrderPlaced. */
const GROUPS = ["inventory", "orders", "payments", "saga-coordinator", "shipping"];

const scope = fileScope();
let at = "";
before(async () => {
  ({ at } = await roleProcess(scope, ALL_ROLES, { place: NATIVE }));
});

const lettersOf = async ({ topic, partition, offset }: Written): Promise<readonly DeadLetter[]> => {
  const { deadLetters } = (await ask(`${at}/v1/dead-letters?limit=200`)).json as { readonly deadLetters: readonly DeadLetter[] };
  return deadLetters.filter((letter) => letter.topic === topic && letter.partition === partition && String(letter.offset) === offset);
};

test("records that nobody can read go to the dead letters with their bytes, and the orders behind them complete", async (t) => {
  const good = await encoded("shop.orders.OrderPlaced", foreignOrder(randomUUID()));
  const POISON: ReadonlyArray<readonly [fear: string, value: Buffer, code: string, words: RegExp]> = [
    ["text", Buffer.from("hello, is this thing on?"), "RECORD_UNDECODABLE", /can't be decoded/],
    ["an empty value", Buffer.alloc(0), "RECORD_UNDECODABLE", /can't be decoded/],
    ["an unknown schema id", framed(987_654_321, good.subarray(5)), "SCHEMA_ID_UNKNOWN", /987654321/],
    ["a body that ends too early", good.subarray(0, 40), "RECORD_UNDECODABLE", /can't be decoded/],
    ["an order without a number", await encoded("shop.orders.OrderPlaced", foreignOrder("")), "CORRELATION_MISSING", /orderId/],
  ];
  const partitions = await partitionsOf("orders");
  const written: Written[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    for (const [fear, value] of POISON) written.push(await write(t, "orders", { key: fear, value, partition }));
  }
  const orders = await Promise.all(Array.from({ length: 4 * partitions }, () => placeOrder(at)));
  for (const id of orders) assert.equal((await endedSaga(at, id)).status, "completed");

  for (const [nth, [fear, value, code, words]] of POISON.entries()) {
    const place = written[nth] ?? assert.fail(`${fear} was not written`);
    const letters = await until(`dead letters of every group for ${fear}`, async () => {
      const found = await lettersOf(place);
      return found.length >= GROUPS.length && found;
    });
    assert.deepEqual(letters.map(({ group }) => group).toSorted(), GROUPS, fear);
    for (const letter of letters) {
      assert.equal(letter.code, code, `${fear}: ${letter.reason}`);
      assert.match(letter.reason, words);
      assert.equal(letter.value, value.toString("base64"), fear);
      assert.equal(letter.key, fear);
    }
  }
});
