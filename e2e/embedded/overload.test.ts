import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, errorOf } from "../support/http.ts";
import { ALL_ROLES, roleProcess } from "../support/roles.ts";
import { endedSaga, orderBody, placeOrder } from "../support/sagas.ts";
import { tempFolder } from "../support/troupe.ts";
import { until } from "../support/until.ts";

const CUSTOMERS = 100;

test("more customers than the process takes: the rest is told to come back, and every accepted order ends", async (t) => {
  const env = { TROUPE_MAX_REQUESTS: "8" };
  const { at } = await roleProcess(t, ALL_ROLES, { place: ["--data", tempFolder(t)], env });
  const answers = await Promise.all(Array.from({ length: CUSTOMERS }, () => ask(`${at}/orders`, { body: orderBody() })));
  const accepted = answers.filter(({ status }) => status === 202).map(({ json }) => (json as { readonly orderId: string }).orderId); // contract of the API
  const refused = answers.filter(({ status }) => status === 429);
  assert.equal(accepted.length + refused.length, CUSTOMERS);
  assert.ok(accepted.length >= 8, `${accepted.length} were accepted`);
  assert.ok(refused.length > 0, "nobody was refused");
  for (const answer of refused) {
    assert.equal(errorOf(answer).code, "OVERLOADED");
    assert.match(answer.headers.get("retry-after") ?? "", /^\d+$/);
  }
  for (const id of accepted) await endedSaga(at, id);
  await endedSaga(at, await placeOrder(at));
});

test("a process that is late for its own timers refuses what changes something, answers what reads, and takes orders again", async (t) => {
  const env = { TROUPE_MAX_LATE: "10" };
  const { at } = await roleProcess(t, ALL_ROLES, { place: ["--data", tempFolder(t)], env });
  const refused = await until("a refusal", async () => {
    const answers = await Promise.all(Array.from({ length: CUSTOMERS }, () => ask(`${at}/orders`, { body: orderBody() })));
    return answers.find(({ status }) => status === 429);
  });
  assert.match(errorOf(refused).message, /\d+ ms late/);
  assert.equal((await ask(`${at}/v1/sagas?limit=1`)).status, 200);
  await until("an accepted order", async () => (await ask(`${at}/orders`, { body: orderBody() })).status === 202);
});
