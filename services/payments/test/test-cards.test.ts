import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { cardRule, LATE_NOTICE_MILLIS, TEST_CARDS } from "@troupe/payments";

const DOCUMENT = readFileSync(new URL("../../../docs/test-cards.md", import.meta.url), "utf8");

test("three cards are declined, each for its own reason", () => {
  assert.deepEqual(cardRule("4000000000000002"), { kind: "declined", reason: "INSUFFICIENT_FUNDS" });
  assert.deepEqual(cardRule("4000000000000069"), { kind: "declined", reason: "CARD_EXPIRED" });
  assert.deepEqual(cardRule("4100000000000019"), { kind: "declined", reason: "SUSPECTED_FRAUD" });
});

test("one card is never heard of again", () => {
  assert.deepEqual(cardRule("4000000000000259"), { kind: "silent" });
});

test("one card is captured at once and told fifteen seconds later, one is told twice", () => {
  assert.equal(LATE_NOTICE_MILLIS, 15_000);
  assert.deepEqual(cardRule("4000000000000341"), { kind: "captured", noticesAfterMillis: [15_000] });
  assert.deepEqual(cardRule("4000000000000408"), { kind: "captured", noticesAfterMillis: [0, 0] });
});

test("every other card is captured and told once, also one named like a member of every object", () => {
  for (const card of ["4242424242424242", "4000000000000003", "constructor", ""]) {
    assert.deepEqual(cardRule(card), { kind: "captured", noticesAfterMillis: [0] });
  }
});

test("the document lists exactly the cards of the table, each with what it does", () => {
  const said: { readonly [kind: string]: string } = { silent: "never answers", declined: "declined", captured: "captured" };
  const rows = new Map(Array.from(DOCUMENT.matchAll(/^\| `(\d{16})` \|([^|]*)\|/gm), ([, card = "", what = ""]) => [card, what]));
  assert.deepEqual([...rows.keys()].filter((card) => Object.hasOwn(TEST_CARDS, card)).sort(), Object.keys(TEST_CARDS).sort());
  for (const [card, what] of rows) {
    const rule = cardRule(card);
    assert.ok(what.includes(said[rule.kind] ?? "?"), `${card} is ${rule.kind}`);
    if (rule.kind === "declined") assert.ok(what.includes(rule.reason), `${card}: ${rule.reason}`);
  }
});
