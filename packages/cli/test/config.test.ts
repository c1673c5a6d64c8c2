import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "../src/config.ts";

const WRONG: ReadonlyArray<readonly [name: string, values: readonly string[], allowed: RegExp]> = [
  ["TROUPE_REGISTRY_URL", ["not-a-url", "127.0.0.1:8081", "ftp://127.0.0.1", "http://"], /http:\/\//],
  ["TROUPE_OTLP_ENDPOINT", ["jaeger", "127.0.0.1:4318", "grpc://127.0.0.1:4317"], /http:\/\/127\.0\.0\.1:4318/],
  ["TROUPE_KAFKA_BROKERS", ["kafka", "a:1,b", "a:1, b:2", "a:1,", "http://a:1", "a:0", "a:65536", ":9092"], /host:port/],
  ["TROUPE_MONGO_URL", ["127.0.0.1:27017", "http://127.0.0.1", "mongodb://"], /mongodb:\/\/.*mongodb\+srv:\/\//],
  ["TROUPE_MONGO_DATABASE", ["a b", "a/b", "a.b", "a$b", 'a"b', "a\\b", "a|b", "x".repeat(64)], /63/],
];
for (const [name, values, allowed] of WRONG) {
  test(`a ${name} that can't work is refused at start by its name, not later by whoever stumbles over it`, () => {
    for (const value of values) {
      assert.throws(
        () => readConfig({ [name]: value }),
        (error: Error & { code?: string }) =>
          error.code === "CONFIG_INVALID" && error.message.startsWith(`Setting ${name} is `) && allowed.test(error.message),
        value,
      );
    }
  });
}

test("addresses that work are taken as they are", () => {
  const good = {
    TROUPE_REGISTRY_URL: "https://clerk:hunter2@registry.example/apis/ccompat/v7",
    TROUPE_OTLP_ENDPOINT: "http://[::1]:4318",
    TROUPE_KAFKA_BROKERS: "kafka-1:9092,10.0.0.2:9093,[::1]:9094",
    TROUPE_MONGO_URL: "mongodb+srv://clerk:hunter2@a.example,b.example:27018/?replicaSet=rs0",
    TROUPE_MONGO_DATABASE: "troupe_test-1",
  };
  const { registryUrl, otlpEndpoint, brokers, mongoUrl, mongoDatabase } = readConfig(good);
  assert.deepEqual([registryUrl, otlpEndpoint, brokers, mongoUrl, mongoDatabase], Object.values(good));
});

test("the login in an address that is refused is not shown", () => {
  for (const [name, value] of [
    ["TROUPE_MONGO_URL", "mongo://clerk:hunter/2@127.0.0.1"],
    ["TROUPE_MONGO_URL", "clerk:hunter/2@127.0.0.1"],
    ["TROUPE_REGISTRY_URL", "ftp://clerk:hunter/2@127.0.0.1"],
  ] as const) {
    assert.throws(
      () => readConfig({ [name]: value }),
      (error: Error) => error.message.includes("***@127.0.0.1`") && !/clerk|hunter/.test(error.message),
    );
  }
});

test("a fail point that does not exist, or not on this target, is refused before anything runs", () => {
  for (const found of ["fp7:1", "fp4", "fp4:0", "fp4:-1", "fp4:1.5", "FP4:1", "17", "fp4:17:1"]) {
    assert.throws(() => readConfig({ TROUPE_ON: "native", TROUPE_FAIL_AT: found }), {
      code: "CONFIG_INVALID",
      message: `Setting TROUPE_FAIL_AT is \`${found}\`; allowed is fp1 to fp6, a colon, and at which pass, e.g. fp4:17.`,
    });
  }
  for (const found of ["fp4:1", "fp5:1"]) {
    assert.throws(() => readConfig({ TROUPE_FAIL_AT: found }), {
      code: "CONFIG_INVALID",
      message: /on embedded, where .* one transaction/,
    });
    assert.equal(readConfig({ TROUPE_ON: "native", TROUPE_FAIL_AT: found }).failAt, found);
  }
});
