// biome-ignore-all lint/suspicious/noTemplateCurlyInString: planted sources hold templates on purpose
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { breachesIn, type Declared, describe } from "./law/breaches.ts";
import { LAYERS } from "./law/layers.ts";
import { filesEnding, ROOT, read, sources } from "./tree.ts";

const declaredInTree: Declared = (workspace) => {
  const file = join(workspace, "package.json");
  const found: unknown = existsSync(join(ROOT, file)) ? JSON.parse(read(file)) : {};
  const { dependencies = {} } = found as { dependencies?: { [name: string]: string } }; // our own file, checked by npm
  return new Set(Object.keys(dependencies));
};

test("every import of the tree keeps the law", () => {
  const breaches = sources().flatMap((file) => breachesIn(file, declaredInTree));
  assert.deepEqual(breaches.map(describe), []);
});

test("every layer of the law is about a place that exists, and none is named twice", () => {
  assert.equal(new Set(LAYERS.map((layer) => layer.name)).size, LAYERS.length);
  const paths = sources().map(({ path }) => path);
  const waiting = ["bench"]; // its issue is still to come
  const empty = LAYERS.filter(({ name, place }) => !waiting.includes(name) && !paths.some((path) => place.test(path)));
  assert.deepEqual(
    empty.map(({ name }) => name),
    [],
  );
});

test("every source that a package offers is there", () => {
  const missing = filesEnding("package.json").flatMap((file) => {
    const { exports = {} } = JSON.parse(read(file)) as { readonly exports?: { readonly [name: string]: { readonly default?: string } } }; // npm's own shape
    const offered = Object.values(exports).flatMap(({ default: source }) => (source === undefined ? [] : [join(dirname(file), source)]));
    return offered.filter((path) => !existsSync(join(ROOT, path)));
  });
  assert.deepEqual(missing, []);
});

const everythingDeclared: Declared = () => ({ has: () => true }) as unknown as ReadonlySet<string>; // a set that holds every name

/** A planted source, and the words that the breach it must cause holds; `undefined` where it must pass. */
type Planted = readonly [path: string, source: string, breach: string | undefined];

const PLANTED: readonly Planted[] = [
  ["packages/kernel/src/x.ts", 'import { dirname, join } from "node:path";', "the kernel imports nothing"],
  ["packages/kernel/src/x.ts", "export const now = () => Date.now();", "no clock, chance"],
  ["packages/kernel/src/x.ts", "export const dice = () => Math.random();", "no clock, chance"],
  ["packages/kernel/src/x.ts", "export const half = (n: number) => Math.floor(n / 2);", undefined],
  ["packages/kernel/src/envelope.ts", "export const iso = (t: number) => new Date(t).toISOString();", undefined],
  ["packages/kernel/src/envelope.ts", "export const iso = () => new Date().toISOString();", "no clock, chance"],
  ["packages/kernel/src/x.ts", "export let count = 0;", "no mutable state"],
  ["packages/kernel/src/x.ts", "export type T = { process: string; readonly Date?: number };", undefined],
  ["saga-coordinator/src/core/x.ts", 'import { start } from "../shell/start.ts";', "the saga core is pure"],
  ["saga-coordinator/src/core/x.ts", 'import type { Bus } from "@troupe/kernel";', "Bus is a port"],
  ["saga-coordinator/src/core/x.ts", "export async function decide() {}", "the saga core is pure"],
  ["saga-coordinator/src/core/x.ts", 'import { parseDocument } from "yaml";', "the saga core is pure"],
  ["saga-coordinator/src/core/x.ts", 'import { parseDefinition } from "../reading/index.ts";', "the saga core is pure"],
  ["saga-coordinator/src/reading/x.ts", 'import { parseDocument } from "yaml";', undefined],
  ["saga-coordinator/src/reading/x.ts", 'import { readFileSync } from "node:fs";', "reading turns a text"],
  ["saga-coordinator/src/shell/x.ts", 'import { parseDocument } from "yaml";', "no vendor"],
  ["saga-coordinator/src/shell/x.ts", 'import { openKafka } from "@troupe/kafka";', "no adapter"],
  ["saga-coordinator/src/shell/x.ts", 'import { react } from "../core/react.ts";', undefined],
  ["saga-coordinator/src/api/x.ts", 'import fastify from "fastify";', "no vendor"],
  ["services/orders/src/domain/x.ts", 'import type { Publish } from "@troupe/service-kit";', "a domain is pure"],
  ["services/orders/src/domain/x.ts", 'import { place } from "../handlers/place-order.ts";', "a domain is pure"],
  ["services/orders/src/handlers/x.ts", 'import { charge } from "@troupe/payments";', "no other service"],
  ["services/orders/src/handlers/x.ts", 'import { charge } from "../../../payments/src/domain/charge.ts";', "stays in its workspace"],
  ["services/orders/src/index.ts", 'import "./main.ts";', "a main is imported by nobody"],
  ["packages/engine/src/x.ts", 'export { MongoClient } from "mongodb";', "the engine imports kernel"],
  ["packages/engine/src/x.ts", 'import { createHash } from "node:crypto";', "no node module"],
  ["packages/engine/src/x.ts", 'const { MongoClient } = await import("mongodb");', "the engine imports kernel"],
  ["packages/engine/src/x.ts", 'type Db = import("mongodb").Db;', "the engine imports kernel"],
  ["packages/engine/src/x.ts", 'export * from "@troupe/embedded";', "the engine imports kernel"],
  ["packages/engine/src/x.ts", "let cache = new Map(); export const f = () => cache;", "no mutable state"],
  ["packages/engine/src/x.ts", "export function f() { let n = 0; return n; }", undefined],
  ["packages/engine/src/x.ts", "export const load = (name: string) => import(name);", "names what it imports"],
  ["packages/engine/src/x.ts", 'import { helper } from "./helper";', "ends in .ts"],
  ["packages/engine/src/x.ts", 'import { Kafka } from "@troupe/kernel/src/bus.ts";', "a name that its exports offer"],
  ["packages/embedded/src/x.ts", 'import { openMongo } from "@troupe/mongo";', "the embedded adapter"],
  ["packages/kafka/src/x.ts", 'const { MongoClient } = require("mongodb");', "the Kafka adapter"],
  ["packages/http/src/x.ts", 'import fastify from "fastify";', undefined],
  ["packages/service-kit/src/x.ts", 'import fastify from "fastify";', "the service kit imports"],
  ["packages/testing/src/x.ts", 'import { openEmbedded } from "@troupe/embedded";', "never adapters"],
  ["packages/cli/src/x.ts", 'import { openKafka } from "@troupe/kafka";', undefined],
  ["packages/cli/src/x.ts", 'import { openKafka } from "../../kafka/src/index.ts";', "stays in its workspace"],
  ["e2e/embedded/x.test.ts", 'import { react } from "../../saga-coordinator/src/core/react.ts";', "stays in its workspace"],
  ["e2e/embedded/x.test.ts", 'import { TroupeError } from "@troupe/kernel";', "never internal source"],
  ["packages/engine/test/x.test.ts", 'import { openEmbedded } from "@troupe/embedded";', undefined],
  ["tools/x.ts", "export {};", "belongs to a layer"],
  // what only looks like an import
  ["packages/engine/src/x.ts", '// import { MongoClient } from "mongodb";', undefined],
  ["packages/engine/src/x.ts", "/* import 'mongodb'; */ export const a = 1;", undefined],
  ["packages/engine/src/x.ts", "export const text = 'import x from \"mongodb\"';", undefined],
  ["packages/engine/src/x.ts", 'export const text = `${"a"} import x from "mongodb"`;', undefined],
  ["packages/engine/src/x.ts", 'export const pattern = /import "mongodb"/; export const from = 1;', undefined],
  ["packages/engine/src/x.ts", "export const here = import.meta.url;", undefined],
  // what hides one
  ["packages/engine/src/x.ts", 'export const a = 1 / 2; import "mongodb"; export const b = 1 / 2;', "the engine imports kernel"],
  ["packages/engine/src/x.ts", 'export const a = `${`}`}`; import "mongodb";', "the engine imports kernel"],
  ["packages/engine/src/x.ts", 'import {\n  type A,\n  // a comment\n  b,\n} from\n  "mongodb";', "the engine imports kernel"],
  ["packages/engine/src/x.ts", 'export const a = `${import("mongodb")}`;', "the engine imports kernel"],
];

for (const [path, source, breach] of PLANTED) {
  test(`${breach === undefined ? "passes" : "catches"} in ${path}: ${source.replaceAll("\n", " ")}`, () => {
    const found = breachesIn({ path, text: source }, everythingDeclared).map(describe);
    if (breach === undefined) assert.deepEqual(found, []);
    else
      assert.ok(
        found.length === 1 && found[0]?.includes(breach) && found[0].startsWith(`${path}:`),
        `found: ${found.join("; ") || "nothing"}`,
      );
  });
}

test("a source that imports what its package.json does not list is caught", () => {
  const file = { path: "packages/kafka/src/x.ts", text: 'import { Kafka } from "kafkajs";' };
  const found = breachesIn(file, () => new Set(["@troupe/kernel"])).map(describe);
  assert.deepEqual(found, ["packages/kafka/src/x.ts:1 kafkajs: what a workspace imports stands in its package.json"]);
});
