import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { encoded, write } from "../support/foreign-client.ts";
import { assertClean } from "../support/outcome.ts";
import { NATIVE } from "../support/servers.ts";
import { troupe } from "../support/troupe.ts";

test("an answer to an order that nobody placed keeps the demo waiting for nothing, and is shown", async (t) => {
  const demo = (orders: number) => ["start", ...NATIVE, "--orders", String(orders), "--seed", "33", "--exit", "--json", "--port", "0"];
  assertClean(await troupe(t, demo(0)).ended(120_000)); // topics and schemas are there
  const orderId = randomUUID();
  const reserved = { orderId, reservationId: randomUUID(), lines: [{ sku: "TEA-ASSAM", quantity: 1 }], units: 1, reservedAt: Date.now() };
  const value = await encoded("shop.inventory.StockReserved", reserved);
  await write(t, "inventory", { key: orderId, value, headers: {} });
  const ended = await troupe(t, demo(3)).ended(120_000);
  const { open } = assertClean(ended);
  assert.equal(open, 0);
  assert.match(ended.stdout, /events without a start +[1-9]/);
});
