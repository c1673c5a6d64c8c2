import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { ask, errorOf } from "../support/http.ts";
import { roleProcess } from "../support/roles.ts";
import { placeOrder } from "../support/sagas.ts";
import { fileScope, tempFolder, troupe } from "../support/troupe.ts";
import { until } from "../support/until.ts";

/*
 * Inventory and shipping do not run at first, so nobody answers: one saga gets stuck on an undo that is used up, the other
 * on a step after its pivot.
 */
const HELD = `
saga: held
start: { on: OrderPlaced }
deadline: 1h
steps:
  hold:
    done: StockReserved
    failed: StockRejected
    timeout: 500ms
    compensate: { emit: StockReleaseRequested, with: { orderId: saga.id }, done: StockReleased, timeout: 500ms, retry: { attempts: 1 } }
`;
const SENT = `
saga: sent
start: { on: OrderPlaced }
deadline: 1h
result: { parcel: steps.recall.parcelId }
steps:
  confirm: { pivot: true, command: { emit: OrderConfirmationRequested, with: { orderId: saga.id } }, done: OrderConfirmed, timeout: 30s }
  recall:
    after: [confirm]
    command: { emit: ShipmentRecallRequested, with: { orderId: saga.id } }
    done: ShipmentRecalled
    timeout: 500ms
    retry: { attempts: 1 }
`;

type Saga = {
  readonly status: string;
  readonly stuckBy: ReadonlyArray<{ readonly step: string | null; readonly actions: readonly string[] }>;
  readonly waived: readonly string[];
  readonly result: { readonly [name: string]: unknown } | null;
  readonly timeline: ReadonlyArray<{ readonly cause: string; readonly act: { readonly [name: string]: unknown } | null }>;
};

const scope = fileScope();
let data = "";
let at = "";
before(async () => {
  data = tempFolder(scope);
  const sagas = tempFolder(scope);
  writeFileSync(join(sagas, "held.saga.yaml"), HELD);
  writeFileSync(join(sagas, "sent.saga.yaml"), SENT);
  ({ at } = await roleProcess(scope, ["orders", "coordinator", "api"], { place: ["--data", data], env: { TROUPE_SAGAS: sagas } }));
});

const sagaOf = async (definition: string, id: string): Promise<Saga> => (await ask(`${at}/v1/sagas/${definition}/${id}`)).json as Saga; // the contract
const stuck = (definition: string, id: string): Promise<Saga> =>
  until(`${definition} to be stuck`, async () => {
    const saga = await sagaOf(definition, id);
    return saga.stuckBy?.length > 0 && saga;
  });
const ended = (definition: string, id: string, status: string): Promise<Saga> =>
  until(`${definition} to be ${status}`, async () => {
    const saga = await sagaOf(definition, id);
    return saga.status === status && saga;
  });

const OPERATOR = { "x-troupe-caller": "ann", "x-troupe-roles": "operator" };
const asked = (path: string, body: unknown, headers = OPERATOR) => ask(`${at}/v1/sagas/${path}`, { body, headers });

test("a saga that is stuck on a used-up undo is waived by an operator: it ends compensated, names the step, and tells who and why", async () => {
  const id = await placeOrder(at);
  const held = await stuck("held", id);
  assert.deepEqual([held.stuckBy[0]?.step, held.stuckBy[0]?.actions], ["hold", ["retry", "settle-as-no-effect", "waive-undo"]]);
  const path = `held/${id}/steps/hold/waive-undo`;
  const stranger = await ask(`${at}/v1/sagas/${path}`, { body: { reason: "why" } });
  assert.deepEqual([stranger.status, errorOf(stranger).code], [403, "ROLE_MISSING"]);
  const refused = await asked(`held/${id}/steps/hold/settle-as-done`, { reason: "why" });
  assert.deepEqual([refused.status, errorOf(refused).code], [409, "ACT_REFUSED"], refused.text);
  assert.equal((await asked(path, { reason: "the warehouse burnt down" })).status, 202);
  const saga = await ended("held", id, "compensated");
  assert.deepEqual(saga.waived, ["hold"]);
  const last = saga.timeline.at(-1);
  assert.equal(last?.cause, "ann as operator acted: waive-undo of hold, the warehouse burnt down");
  assert.equal(last?.act?.["reason"], "the warehouse burnt down");
});

test("a saga that is stuck after its pivot is settled with the answer that it lacks, or asked again once somebody answers", async () => {
  const [settled, retried] = [await placeOrder(at), await placeOrder(at)];
  for (const id of [settled, retried]) assert.deepEqual((await stuck("sent", id)).stuckBy[0]?.actions, ["retry", "settle-as-done"]);
  const missing = await asked(`sent/${settled}/steps/recall/settle-as-done`, { reason: "it came back" });
  assert.deepEqual([missing.status, errorOf(missing).code], [422, "REQUEST_INVALID"], missing.text);
  const wrong = await asked(`sent/${settled}/steps/recall/settle-as-done`, {
    reason: "it came back",
    payload: { parcelId: 4, recalledAt: 0 },
  });
  assert.deepEqual([wrong.status, errorOf(wrong).code], [422, "EVENT_FIELD_INVALID"], wrong.text);
  const parcelId = "0190d7f4-5a3c-7bbb-8ccc-0123456789ab";
  const answer = await asked(`sent/${settled}/steps/recall/settle-as-done`, {
    reason: "it came back",
    payload: { parcelId, recalledAt: 0 },
  });
  assert.equal(answer.status, 202, answer.text);
  assert.deepEqual((await ended("sent", settled, "completed")).result, { parcel: parcelId });
  const about = ["--step", "recall", "--reason", "shipping is coming back", "--as", "bob", "--url", at];
  const command = await troupe(scope, ["troupe", "act", "retry", `sent/${retried}`, ...about]).ended();
  assert.equal(command.code, 0, command.stderr);
  assert.match(command.stdout, /"id":/);
  await roleProcess(scope, ["shipping"], { place: ["--data", data] });
  assert.deepEqual((await ended("sent", retried, "completed")).result, { parcel: null });
  const late = await troupe(scope, ["troupe", "act", "cancel", `sent/${retried}`, "--reason", "too late", "--url", at]).ended();
  assert.equal(late.code, 1);
  assert.match(late.stderr, /cancel is refused, and saga sent\/.* stays as it is: the saga is completed/);
});
