import assert from "node:assert/strict";
import { test } from "node:test";
import { confirmer } from "./support/confirmer.ts";
import { Lab, type LabDefinition } from "./support/lab.ts";

const faulty: ReadonlyArray<readonly [string, LabDefinition, RegExp]> = [
  ["an event without a schema", { ...confirmer(), publishes: ["OrderConfirmd" as "OrderConfirmed"] }, /OrderConfirmd/], // a misspelt name
  [
    "a `done` that the service does not publish",
    { ...confirmer(), effects: { confirmation: { do: [], done: ["PaymentCaptured"], undo: [] } } },
    /effects.confirmation.done/,
  ],
  [
    "two reactions of one name, whose idempotency keys would meet",
    { ...confirmer(), reactions: [...(confirmer().reactions ?? []), ...(confirmer().reactions ?? [])] },
    /confirm/,
  ],
  [
    "an own event that is handled again, and so applied twice",
    { ...confirmer(), publishes: [...confirmer().publishes, "StockReleaseRequested"] },
    /StockReleaseRequested/,
  ],
];

for (const [what, definition, expected] of faulty) {
  test(`a service is refused before it runs: ${what}`, async (t) => {
    const lab = await Lab.open(t);
    await assert.rejects(lab.run(definition), expected);
  });
}
