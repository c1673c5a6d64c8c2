import type { TestContext } from "node:test";
import type { Json } from "@troupe/kernel";
import { fileRegistry, loadSchemas, registryRoutes } from "../../src/index.ts";
import { serve } from "./http.ts";
import { noted, SHOP } from "./parts.ts";

export const SUBJECT = "shop.lab.Noted";
export const v = (...fields: readonly Json[]): string => JSON.stringify(noted(fields));
export const withDefault: Json = { name: "n", type: "int", default: 0, doc: "N." };
export const withoutDefault: Json = { name: "m", type: "int", doc: "M." };

/** A file registry behind real HTTP; the address that clients get. */
export async function registryAt(test: TestContext): Promise<string> {
  return `${await serve(test, registryRoutes(fileRegistry({ schemas: loadSchemas(SHOP) })))}/registry`;
}

export async function ask(address: string, request: string, body?: object): Promise<readonly [number, unknown]> {
  const [method = "GET", path = ""] = request.split(" ");
  const init =
    body === undefined
      ? { method }
      : { method, body: JSON.stringify(body), headers: { "content-type": "application/vnd.schemaregistry.v1+json" } };
  const response = await fetch(address + path, init);
  return [response.status, await response.json()];
}
