import { describe, test } from "node:test";
import { assertRefused } from "../support/refusal.ts";
import { NATIVE } from "../support/servers.ts";

/** Ports on which nobody listens, one server at a time; the others are there. */
const ABSENT: ReadonlyArray<readonly [server: string, code: string, setting: string, value: string, address: string]> = [
  ["brokers", "BUS_UNREACHABLE", "TROUPE_KAFKA_BROKERS", "127.0.0.1:1", "127.0.0.1:1"],
  ["schema registry", "REGISTRY_UNREACHABLE", "TROUPE_REGISTRY_URL", "http://127.0.0.1:2", "http://127.0.0.1:2"],
  ["MongoDB", "STORE_UNREACHABLE", "TROUPE_MONGO_URL", "mongodb://127.0.0.1:3/?directConnection=true", "127.0.0.1:3"],
];

describe("a start without one of its servers is refused in one sentence", { concurrency: true }, () => {
  for (const [server, code, setting, value, address] of ABSENT) {
    test(`no ${server}: ${code} names the address and the setting`, async (t) => {
      const env = { [setting]: value };
      await assertRefused(t, ["role", "inventory", ...NATIVE], { code, words: [address, setting], env, withinMs: 40_000 });
    });
  }

  test("a password in an address is not shown", async (t) => {
    const env = { TROUPE_MONGO_URL: "mongodb://clerk:hunter2@127.0.0.1:3/?directConnection=true" };
    const words = [/^(?!.*hunter2)/];
    await assertRefused(t, ["role", "inventory", ...NATIVE], { code: "STORE_UNREACHABLE", words, env, withinMs: 40_000 });
  });
});
