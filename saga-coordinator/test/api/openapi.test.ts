import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { openApiDocument } from "@troupe/http";
import { apiRoutes } from "../../src/api/index.ts";
import { INFO, ports } from "./fixtures.ts";

const GOLDEN = new URL("golden/openapi.json", import.meta.url);

test("the contract of the API does not change unnoticed (UPDATE_GOLDEN=1 writes it anew)", async () => {
  const document = `${JSON.stringify(await openApiDocument(apiRoutes(ports()), INFO), null, 2)}\n`;
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(GOLDEN, document);
  assert.equal(document, readFileSync(GOLDEN, "utf8"));
});
