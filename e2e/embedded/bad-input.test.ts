import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, type TestContext, test } from "node:test";
import { assertRefused } from "../support/refusal.ts";
import { ROOT, tempFolder, troupe } from "../support/troupe.ts";

const inFolder = (data: string, ...more: readonly string[]) => ["start", "--orders", "1", "--exit", "--data", data, "--port", "0", ...more];

/** A copy of a folder of the project with one text replaced in one of its files. */
function spoilt(t: TestContext, file: string, change: readonly [from: string, to: string]): string {
  const folder = join(tempFolder(t), "copy");
  const [source = "", ...path] = file.split("/");
  cpSync(join(ROOT, source), folder, { recursive: true, filter: (from) => !from.includes("node_modules") });
  const text = readFileSync(join(folder, ...path), "utf8");
  assert.ok(text.includes(change[0]), `${file} does not hold ${change[0]}`);
  writeFileSync(join(folder, ...path), text.replace(...change));
  return folder;
}

describe("a command line that is wrong is refused in one sentence", { concurrency: 3 }, () => {
  const WRONG: ReadonlyArray<readonly [args: readonly string[], code: string, ...words: string[]]> = [
    [["start", "--ordrs", "5"], "OPTION_UNKNOWN", "--ordrs", "--orders"],
    [["start", "--orders", "many"], "OPTION_INVALID", "--orders", "many", "whole number"],
    [["start", "--orders", "-1"], "OPTION_INVALID", "--orders"],
    [["start", "--seed", "1.5"], "OPTION_INVALID", "--seed", "1.5"],
    [["start", "--orders"], "OPTION_INVALID", "--orders"],
    [["start", "surplus"], "OPTION_UNKNOWN", "surplus"],
    [["start", "--on", "moon"], "CONFIG_INVALID", "moon", "embedded", "native"],
    [["start", "--port", "70000"], "CONFIG_INVALID", "70000", "65535"],
    [["role", "paymets"], "OPTION_INVALID", "paymets", "did you mean payments?"],
    [["role"], "OPTION_INVALID", "roles", "payments"],
    [["strat"], "OPTION_UNKNOWN", "strat", "start"],
  ];
  for (const [args, code, ...words] of WRONG) {
    test(`${args.join(" ")}: ${code}`, (t) => assertRefused(t, args, { code, words }));
  }
});

describe("a setting that is wrong is refused in one sentence", { concurrency: 3 }, () => {
  const WRONG: ReadonlyArray<readonly [name: string, value: string, ...words: string[]]> = [
    ["TROUPE_PROT", "8080", "TROUPE_PORT"],
    ["TROUPE_PARTITIONS", "3", "power of two"],
    ["TROUPE_PORT", "http", "whole number"],
    ["TROUPE_LOG_LEVEL", "loud", "debug, info, warn, error"],
    ["TROUPE_OTLP_ENDPOINT", "jaeger", "http://", "TROUPE_OTLP_ENDPOINT"],
    ["TROUPE_REGISTRY_URL", "not-a-url", "http://", "TROUPE_REGISTRY_URL"],
    ["TROUPE_KAFKA_BROKERS", "kafka", "host:port", "TROUPE_KAFKA_BROKERS"],
    ["TROUPE_MONGO_DATABASE", "my.shop", "63", "TROUPE_MONGO_DATABASE"],
  ];
  for (const [name, value, ...words] of WRONG) {
    test(`${name}=${value}`, (t) =>
      assertRefused(
        t,
        inFolder(tempFolder(t)).filter((_, at) => name !== "TROUPE_PORT" || at < 6),
        {
          code: "CONFIG_INVALID",
          words: [value, ...words],
          env: { [name]: value },
        },
      ));
  }
});

describe("a place that can't be used is refused in one sentence, and left as it is", { concurrency: 3 }, () => {
  test("a port that is in use", async (t) => {
    const server = createServer().listen(0, "127.0.0.1");
    t.after(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = Object(server.address()) as { readonly port: number }; // a TCP server has one
    await assertRefused(t, inFolder(tempFolder(t), "--port", String(port)), { code: "PORT_IN_USE", words: [String(port)] });
  });

  test("a data file of a newer version", async (t) => {
    const data = tempFolder(t);
    assert.equal((await troupe(t, inFolder(data)).ended()).code, 0);
    const file = join(data, "troupe.db");
    const database = new DatabaseSync(file);
    const format = Number(Object.values(database.prepare("pragma user_version").get() ?? {})[0]) + 1;
    database.exec(`pragma user_version=${format}`);
    database.close();
    await assertRefused(t, inFolder(data), { code: "DATA_FOLDER_NEWER", words: [file, String(format)] });
  });

  test("a file that is no database", async (t) => {
    const data = tempFolder(t);
    const file = join(data, "troupe.db");
    writeFileSync(file, "shopping list: milk, bread\n".repeat(200));
    await assertRefused(t, inFolder(data), { code: "DATA_FOLDER_UNUSABLE", words: [file] });
    assert.match(readFileSync(file, "utf8"), /^shopping list/);
  });

  test("a database of another program", async (t) => {
    const data = tempFolder(t);
    const file = join(data, "troupe.db");
    const database = new DatabaseSync(file);
    database.exec("create table recipe(name text)");
    database.close();
    await assertRefused(t, inFolder(data), { code: "DATA_FOLDER_UNUSABLE", words: [file, "another program"] });
  });

  test("a folder that is a file", async (t) => {
    const file = join(tempFolder(t), "data");
    writeFileSync(file, "");
    await assertRefused(t, inFolder(file), { code: "DATA_FOLDER_UNUSABLE", words: [file] });
  });
});

describe("a definition or a schema with a fault is refused in one sentence that names the place", { concurrency: 3 }, () => {
  const SAGA = "sagas/order-fulfilment.saga.yaml";
  const SAGAS: ReadonlyArray<readonly [fault: string, change: readonly [string, string], ...words: string[]]> = [
    ["a misspelt key", ["timeout: 10s", "timeuot: 10s"], "timeuot", "timeout"],
    ["an event that nobody knows", ["done: PaymentCaptured", "done: PaymentCapturd"], "PaymentCapturd", "PaymentCaptured"],
    ["a step that waits for a step that is not there", ["after: [chargePayment]", "after: [chargePaymint]"], "chargePaymint"],
    ["a duration without a unit", ["deadline: 10m", "deadline: 10"], "deadline"],
    ["an expression that names no field", ["amount: start.total", "amount: start.totall"], "totall"],
    ["text that is no YAML", ["saga: orderFulfilment", "saga: [orderFulfilment"], "order-fulfilment.saga.yaml"],
  ];
  for (const [fault, change, ...words] of SAGAS) {
    test(`a saga with ${fault}`, async (t) => {
      const folder = spoilt(t, SAGA, change);
      const place = /order-fulfilment\.saga\.yaml:\d+:\d+ /;
      const env = { TROUPE_SAGAS: folder };
      await assertRefused(t, inFolder(tempFolder(t)), { code: "DEFINITION_INVALID", words: [place, ...words], env });
    });
  }

  const SCHEMA = "schemas/payments/PaymentCaptured.avsc";
  const SCHEMAS: ReadonlyArray<readonly [fault: string, change: readonly [string, string], ...words: string[]]> = [
    ["a type that Avro does not know", ['"type": "bytes"', '"type": "byte"'], "byte"],
    ["JSON that ends too early", ['"fields": [', '"fields": '], "PaymentCaptured.avsc"],
    ["a correlation field that is not there", ['"correlate": "orderId"', '"correlate": "orderNumber"'], "orderNumber"],
  ];
  for (const [fault, change, ...words] of SCHEMAS) {
    test(`a schema with ${fault}`, async (t) => {
      const folder = spoilt(t, SCHEMA, change);
      const env = { TROUPE_SCHEMAS: folder };
      await assertRefused(t, inFolder(tempFolder(t)), { code: "SCHEMA_INVALID", words: ["PaymentCaptured.avsc", ...words], env });
    });
  }

  test("a schema that the data written so far does not allow", async (t) => {
    const data = tempFolder(t);
    assert.equal((await troupe(t, inFolder(data)).ended()).code, 0);
    const folder = spoilt(t, SCHEMA, ['"fields": [', '"fields": [ { "name": "acquirer", "type": "string", "doc": "No default." },']);
    const env = { TROUPE_SCHEMAS: folder };
    await assertRefused(t, inFolder(data), { code: "SCHEMA_INCOMPATIBLE", words: ["shop.payments.PaymentCaptured", "acquirer"], env });
  });

  test("a folder that is not there", async (t) => {
    const nowhere = join(tempFolder(t), "nowhere");
    await assertRefused(t, inFolder(tempFolder(t)), { code: "DEFINITION_INVALID", words: [nowhere], env: { TROUPE_SAGAS: nowhere } });
    mkdirSync(nowhere);
    await assertRefused(t, inFolder(tempFolder(t)), { code: "SCHEMA_INVALID", words: [nowhere], env: { TROUPE_SCHEMAS: nowhere } });
  });
});

test("servers that nobody started are named, with the setting to look at", async (t) => {
  await assertRefused(t, ["start", "--on", "native", "--exit", "--port", "0"], {
    code: "BUS_UNREACHABLE",
    words: ["127.0.0.1:1", "TROUPE_KAFKA_BROKERS"],
    env: { TROUPE_KAFKA_BROKERS: "127.0.0.1:1" },
  });
});
