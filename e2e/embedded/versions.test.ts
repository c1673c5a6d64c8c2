import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ask, errorOf } from "../support/http.ts";
import { type RoleProcess, roleProcess } from "../support/roles.ts";
import { endedSaga, placeOrder, sagaOf, stepOf, storyOf } from "../support/sagas.ts";
import { ROOT, type Scope, tempFolder, troupe } from "../support/troupe.ts";
import { until } from "../support/until.ts";

const WRITTEN = readFileSync(join(ROOT, "sagas", "order-fulfilment.saga.yaml"), "utf8");
const CONFIRMATION = WRITTEN.slice(WRITTEN.indexOf("  # The point of no return."));
/** Orders wait long enough for their parcel to see a process stop and start. */
const FIRST = WRITTEN.replace(/(done: ShipmentDispatched[\s\S]*?timeout: )30s/, "$15m");
/** Hands over instead of shipping, and nobody confirms. */
const SECOND = FIRST.replace(CONFIRMATION, "").replace("  ship:\n", "  handOver:\n");
/** Waits for an event that the first does not follow. */
const COUNTING = `${FIRST}  count: { after: [reserveStock], done: OrderCounted, timeout: 1h, compensate: { none: reading only } }\n`;
const OPERATOR = { "x-troupe-roles": "operator", "x-troupe-caller": "ann" };

/** A folder of sagas and one of data, and processes on both. */
function shop(scope: Scope) {
  const folder = tempFolder(scope);
  const [sagas, data] = [join(folder, "sagas"), join(folder, "data")];
  mkdirSync(sagas);
  const place = ["--data", data];
  return {
    data,
    file: join(sagas, "order-fulfilment.saga.yaml"),
    write: (text: string) => writeFileSync(join(sagas, "order-fulfilment.saga.yaml"), text),
    start: (...roles: readonly string[]) => roleProcess(scope, roles, { place, env: { TROUPE_SAGAS: sagas } }),
    command: (...args: readonly string[]) => troupe(scope, ["troupe", ...args, ...place]).ended(),
  };
}

const WITHOUT_SHIPPING = ["orders", "inventory", "payments", "coordinator", "api"];

async function stop(running: RoleProcess): Promise<void> {
  running.signal("SIGTERM");
  await running.ended(20_000);
}

const atShip = (at: string, id: string) =>
  until(`order ${id} waits for its parcel`, async () => {
    const saga = await sagaOf(at, id);
    return saga !== undefined && stepOf(saga, "ship").status === "open";
  });

const migrate = (at: string, id: string, body: object) => ask(`${at}/v1/sagas/orderFulfilment/${id}/migrate`, { headers: OPERATOR, body });

test("orders in flight keep their version when the file changes; the one that an operator migrates ends by the new one", async (t) => {
  const { write, start, command, file } = shop(t);
  write(FIRST);
  const before = await start(...WITHOUT_SHIPPING);
  const [stays, moves] = [await placeOrder(before.at), await placeOrder(before.at)];
  for (const id of [stays, moves]) await atShip(before.at, id);
  await stop(before);

  write(COUNTING);
  const counting = await command("replay", file, "--json");
  const { version, instances, hangs } = JSON.parse(counting.stdout) as { version: number; instances: number; hangs: number }; // replay's own form
  assert.deepEqual([counting.code, version, instances, hangs], [1, 2, 2, 2], counting.stderr);
  write(SECOND);
  const replayed = await command("replay", file);
  assert.deepEqual([replayed.code, replayed.stdout], [0, "orderFulfilment: 2 instances through version 2: 2 the same\n"], replayed.stderr);

  const face = await start(...WITHOUT_SHIPPING);
  const fresh = await placeOrder(face.at);
  const refused = await migrate(face.at, moves, { toVersion: 2, reason: "no confirmation is needed" });
  assert.deepEqual([refused.status, errorOf(refused).code], [409, "ACT_REFUSED"]);
  assert.match(errorOf(refused).message, /ship is open and has an effect, so version 2 needs a step that takes it over/);
  const plan = { toVersion: 2, steps: { ship: "handOver" } };
  const preview = await migrate(face.at, moves, { ...plan, preview: true });
  assert.equal((preview.json as { possible: boolean }).possible, true, preview.text);
  assert.equal((await migrate(face.at, moves, { ...plan, reason: "no confirmation is needed" })).status, 202);
  await until("the migrated order runs version 2", async () => {
    const saga = await sagaOf(face.at, moves);
    return saga !== undefined && stepOf(saga, "handOver").status === "open";
  });

  await start("shipping");
  const [old, migrated, young] = [await endedSaga(face.at, stays), await endedSaga(face.at, moves), await endedSaga(face.at, fresh)];
  assert.deepEqual([old.status, migrated.status, young.status], ["completed", "completed", "completed"]);
  assert.equal(stepOf(old, "confirmOrder").status, "done");
  assert.deepEqual(
    [migrated, young].map(({ steps }) => steps.map(({ name }) => name)),
    Array(2).fill(["reserveStock", "chargePayment", "handOver"]),
  );
  assert.ok(
    storyOf(migrated).some((line) => line.includes("the saga goes on under version 2 of its definition")),
    storyOf(migrated).join("\n"),
  );
});

test("older content that is put back stays inactive until an operator activates it, and the log says so", async (t) => {
  const { write, start, command } = shop(t);
  const versionsAt = async (at: string) => {
    const { definitions } = (await ask(`${at}/v1/definitions`)).json as { definitions: { version: number; active: boolean }[] }; // contract of the API
    return definitions.map(({ version, active }) => `${version}${active ? " active" : ""}`).sort();
  };
  for (const text of [FIRST, SECOND]) {
    write(text);
    await stop(await start("coordinator", "api"));
  }
  write(FIRST);
  const put = await start("coordinator", "api");
  assert.deepEqual(await versionsAt(put.at), ["1", "2 active"]);
  assert.match(
    put.stderr(),
    /order-fulfilment\.saga\.yaml holds version 1 of orderFulfilment, which is known already; version 2 stays active/,
  );
  await stop(put);
  const activated = await command("activate", "orderFulfilment", "1", "--reason", "the new one forgets to confirm");
  assert.deepEqual([activated.code, activated.stdout], [0, "version 1 of orderFulfilment takes new sagas from the next start on\n"]);
  const again = await start("coordinator", "api");
  assert.deepEqual(await versionsAt(again.at), ["1 active", "2"]);
});
