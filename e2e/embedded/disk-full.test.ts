import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, errorOf } from "../support/http.ts";
import { ALL_ROLES, roleProcess } from "../support/roles.ts";
import { endedSaga, orderBody, placeOrder, sagaOf } from "../support/sagas.ts";
import { smallDisk, whyNoSmallDisk } from "../support/small-disk.ts";
import { until } from "../support/until.ts";

/** Room for some dozens of orders. */
const LEFT = 1_500_000;

test("on a full disk nothing more is accepted, reading goes on, and with space again every accepted order ends", {
  skip: whyNoSmallDisk() ?? false,
}, async (t) => {
  const disk = smallDisk(t, 24);
  const place = ["--data", disk.folder];
  const running = await roleProcess(t, ALL_ROLES, { place });
  const { at } = running;
  const accepted = [await placeOrder(at)];
  await endedSaga(at, accepted[0] ?? "");
  disk.fill(LEFT);

  const refused = await until(
    "a refused order",
    async () => {
      const answer = await ask(`${at}/orders`, { body: orderBody() });
      if (answer.status !== 202) return answer;
      accepted.push((answer.json as { readonly orderId: string }).orderId); // contract of the API
      return undefined;
    },
    { everyMs: 1, withinMs: 120_000 },
  );
  assert.ok([429, 503].includes(refused.status), refused.text);
  assert.ok(["OVERLOADED", "NOT_READY"].includes(errorOf(refused).code));
  await until("an overload answer", async () => {
    const answer = await ask(`${at}/orders`, { body: orderBody() });
    return answer.status === 429 && answer.headers.get("retry-after") !== null;
  });

  const ready = await ask(`${at}/readyz`);
  assert.equal(ready.status, 503);
  assert.match(ready.text, /full/);
  assert.equal((await sagaOf(at, accepted[0] ?? ""))?.status, "completed", "what is there is read");
  assert.equal((await ask(`${at}/v1/sagas?limit=200`)).status, 200);

  disk.free();
  await until("readiness", async () => (await ask(`${at}/readyz`)).status === 200);
  accepted.push(await placeOrder(at));
  for (const id of accepted) await endedSaga(at, id);
});

test("killed on a full disk and started again there, nothing acknowledged is lost", { skip: whyNoSmallDisk() ?? false }, async (t) => {
  const disk = smallDisk(t, 24);
  const place = ["--data", disk.folder];
  const first = await roleProcess(t, ALL_ROLES, { place });
  const accepted = [await placeOrder(first.at)];
  disk.fill(LEFT);
  await until(
    "a refused order",
    async () => {
      const answer = await ask(`${first.at}/orders`, { body: orderBody() });
      if (answer.status === 202) accepted.push((answer.json as { readonly orderId: string }).orderId); // contract of the API
      return answer.status !== 202;
    },
    { everyMs: 1, withinMs: 120_000 },
  );
  await first.kill();
  disk.free();
  const { at } = await roleProcess(t, ALL_ROLES, { place });
  for (const id of accepted) await endedSaga(at, id);
});
