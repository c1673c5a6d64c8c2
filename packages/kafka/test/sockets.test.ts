import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { uniqueName, until } from "@troupe/testing";
import { openBus } from "./support.ts";

/** Who comes in by the broker's second listener is told to come to this port (infra/native/kafka/server.ts). */
const PROXY_PORT = 19_095;
const PROXIED_PORT = 19_094;

/** A passage to the broker that can be shut and opened. */
async function passage(t: TestContext) {
  const clients = new Set<Socket>();
  let server: Server | undefined;
  const open = async (): Promise<void> => {
    server = createServer((client) => {
      const broker = connect(PROXIED_PORT, "127.0.0.1");
      clients.add(client);
      for (const [from, to] of [
        [client, broker],
        [broker, client],
      ] as const) {
        from.on("error", () => {}).on("close", () => to.destroy());
        from.pipe(to);
      }
      client.on("close", () => clients.delete(client));
    }).listen(PROXY_PORT, "127.0.0.1");
    await once(server, "listening");
  };
  const shut = (): void => {
    server?.close();
    for (const client of clients) client.destroy();
  };
  await open();
  t.after(shut);
  return { open, shut, clients };
}

test("an outage leaves no socket behind that outlives the bus, else the process never ends", async (t) => {
  const way = await passage(t);
  const bus = await openBus({ brokers: [`127.0.0.1:${PROXY_PORT}`] });
  const topic = uniqueName("outage");
  await bus.admin.ensureTopics([{ topic, partitions: 1 }]);
  const health: boolean[] = [];
  let epochs = 0;
  const subscribe = () =>
    bus.subscribe({
      group: uniqueName("group"),
      topics: [topic],
      onBatch: () => {},
      onRevoked: () => {},
      onAssigned: () => void epochs++,
      onHealth: ({ healthy }) => void health.push(healthy),
    });
  await Promise.all([subscribe(), subscribe(), subscribe()]);
  await until(() => epochs >= 3, { what: "three assignments" });
  way.shut();
  await until(() => health.length >= 3, { what: "three subscriptions that can't go on", timeoutMs: 30_000 });
  await way.open();
  await until(() => health.filter((healthy) => healthy).length >= 3, { what: "three that go on", timeoutMs: 60_000 });
  await bus.publish([{ topic, key: "k", value: new Uint8Array(1), headers: {} }]);
  assert.ok(way.clients.size > 0, "it reads through the passage");
  await bus.close();
  await until(() => way.clients.size === 0, { what: "no connection left" });
});
