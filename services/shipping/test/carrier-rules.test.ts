import assert from "node:assert/strict";
import { test } from "node:test";
import type { TimestampMillis, Uuid } from "@troupe/kernel";
import { expectedOn, refusalReason, trackingNumber } from "../src/domain/carrier-rules.ts";

const at = (text: string) => Date.parse(text) as TimestampMillis; // milliseconds, by the language

test("one postal code is served by no carrier, and the reason names it", () => {
  assert.equal(refusalReason("00000"), "No carrier serves the postal code 00000.");
  assert.equal(refusalReason("10115"), undefined);
  assert.equal(refusalReason("000000"), undefined);
});

test("a parcel arrives two days later, over the end of a leap February and of a year", () => {
  assert.equal(expectedOn(at("2028-02-28T23:59:59.999Z")), "2028-03-01");
  assert.equal(expectedOn(at("2026-12-30T00:00:00Z")), "2027-01-01");
});

test("the same parcel has one tracking number", () => {
  assert.equal(trackingNumber("0b5c9b52-7f0e-8a3e-9c55-1f2e3d4c5b6a" as Uuid), "TR1F2E3D4C5B6A"); // written as one
});
