import type { HttpRoute, JsonObject, Log } from "@troupe/kernel";
import { type AppInfo, createApp } from "./app.ts";

const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => SILENT };

/** The OpenAPI 3.1 document of routes, as GET /openapi.json gives it, without listening: for golden files and generators. */
export async function openApiDocument(routes: readonly HttpRoute[], info: AppInfo): Promise<JsonObject> {
  const app = await createApp({ routes, info, log: SILENT, bodyLimitBytes: 1024, closing: () => false });
  const document = JSON.parse(JSON.stringify(app.swagger())) as JsonObject; // JSON in, JSON out
  await app.close();
  return document;
}
