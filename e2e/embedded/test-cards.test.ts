import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { ALL_ROLES, roleProcess } from "../support/roles.ts";
import { endedSaga, type OrderChoice, placeOrder, type Saga, sagaOf, stepOf, storyOf, undoneSteps } from "../support/sagas.ts";
import { fileScope, ROOT, tempFolder } from "../support/troupe.ts";
import { until } from "../support/until.ts";

const scope = fileScope();
let at = "";
before(async () => {
  ({ at } = await roleProcess(scope, ALL_ROLES, { place: ["--data", tempFolder(scope)] }));
});

type Ending = { readonly status: string; readonly turnedBy: string | null; readonly cause?: RegExp; readonly undone: readonly string[] };
const COMPLETES: Ending = { status: "completed", turnedBy: null, undone: [] };
const DECLINED: Ending = { status: "compensated", turnedBy: "chargePayment", cause: /PaymentDeclined/, undone: ["reserveStock"] };
const REJECTED: Ending = { status: "compensated", turnedBy: "reserveStock", cause: /StockRejected/, undone: [] };
const SILENT: Ending = {
  status: "compensated",
  turnedBy: "chargePayment",
  cause: /no answer in 10s/,
  undone: ["chargePayment", "reserveStock"],
};
const REFUSED: Ending = { status: "compensated", turnedBy: "ship", cause: /ShipmentRefused/, undone: ["chargePayment", "reserveStock"] };

/** What docs/test-cards.md promises, row by row. */
const ROWS: ReadonlyArray<readonly [value: string, choice: OrderChoice, ending: Ending]> = [
  ["4242424242424242", { card: "4242424242424242" }, COMPLETES],
  ["4000000000000002", { card: "4000000000000002" }, DECLINED],
  ["4000000000000069", { card: "4000000000000069" }, DECLINED],
  ["4100000000000019", { card: "4100000000000019" }, DECLINED],
  ["4000000000000259", { card: "4000000000000259" }, SILENT],
  ["4000000000000408", { card: "4000000000000408" }, COMPLETES],
  ["SOLD-OUT", { sku: "SOLD-OUT" }, REJECTED],
  ["NO-", { sku: "NO-SUCH-BOOK" }, REJECTED],
  ["1000", { quantity: 1001 }, REJECTED],
  ["1 to 1000", { quantity: 1000 }, COMPLETES],
  ["00000", { postalCode: "00000" }, REFUSED],
];
const LATE_CARD = "4000000000000341";

describe("every row of docs/test-cards.md ends as it says", { concurrency: true }, () => {
  for (const [value, choice, ending] of ROWS) {
    test(`\`${value}\`: ${ending.status}`, async () => {
      const saga = await endedSaga(at, await placeOrder(at, { choice }));
      assertEnding(saga, ending);
    });
  }

  test(`\`${LATE_CARD}\`: compensated after the timeout, and what comes late is undone as well`, async () => {
    const id = await placeOrder(at, { choice: { card: LATE_CARD } });
    const timedOut = await endedSaga(at, id);
    assertEnding(timedOut, SILENT);
    const late = await until("the late capture and its undo", async () => {
      const saga = await sagaOf(at, id);
      return saga?.status === "compensated" && saga.timeline.some(({ cause }) => cause === "ShipmentRecalled arrived") && saga;
    });
    const story = storyOf(late).join("\n");
    assert.match(story, /PaymentCaptured arrived: chargePayment succeeded late, so it has to be undone/, story);
    assert.equal(undoneSteps(late).filter((step) => step === "chargePayment").length, 2, story);
    assert.match(story, /ship succeeded late, so it has to be undone/, story);
    assert.equal(stepOf(late, "ship").status, "undone", story);
    assert.deepEqual(late.remains, { openSteps: [], undos: [], timers: [] });
  });
});

test("no special card, article or address of the page is left out here", () => {
  const page = readFileSync(join(ROOT, "docs", "test-cards.md"), "utf8");
  const cards = [...page.matchAll(/^\| `(\d{16})`/gm)].map(([, card]) => card ?? "");
  const tried = ROWS.map(([value]) => value);
  assert.ok(cards.length >= 7, page);
  assert.deepEqual(cards.toSorted(), [...tried.filter((value) => /^\d{16}$/.test(value)), LATE_CARD].toSorted());
  assert.deepEqual(
    [...page.matchAll(/^\| (?:begins with )?`([A-Z-]+|\d{5})`/gm)].map(([, value]) => value),
    ["SOLD-OUT", "NO-", "00000"],
  );
});

function assertEnding(saga: Saga, { status, turnedBy, cause, undone }: Ending): void {
  const story = storyOf(saga).join("\n");
  assert.equal(saga.status, status, story);
  assert.equal(saga.turn?.step ?? null, turnedBy, story);
  if (cause !== undefined) assert.match(saga.turn?.cause ?? "", cause, story);
  assert.deepEqual(undoneSteps(saga), undone, story);
  assert.deepEqual(saga.remains, { openSteps: [], undos: [], timers: [] }, story);
}
