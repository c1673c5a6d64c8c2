import type { HttpRoute, Json, Log, LogFields } from "@troupe/kernel";
import { createMetrics } from "@troupe/telemetry";
import { type HttpFace, type HttpOptions, startHttp } from "../src/index.ts";

export const ORDER = {
  type: "object",
  additionalProperties: false,
  required: ["lines"],
  properties: {
    note: { type: "string", maxLength: 10 },
    lines: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        additionalProperties: false,
        required: ["sku", "quantity"],
        properties: { sku: { type: "string", minLength: 1 }, quantity: { type: "integer", minimum: 1, maximum: 99 } },
      },
    },
    reason: { type: "string", minLength: 1, pattern: "\\S" },
    fields: { type: "object", minProperties: 1 },
    payment: { anyOf: [{ const: "card" }, { const: "invoice" }] },
    ship: {
      anyOf: [
        { type: "null" },
        { type: "object", required: ["city"], properties: { city: { type: "string" }, zip: { type: "string", pattern: "^\\d+$" } } },
      ],
    },
  },
} as const;

export const postOrder: HttpRoute = {
  method: "POST",
  path: "/orders",
  summary: "Places an order.",
  tag: "orders",
  body: ORDER,
  responses: { 202: { description: "Accepted.", schema: { type: "object" } } },
  handle: async ({ body }) => ({ status: 202, headers: { location: "/orders/1" }, body: { got: body } }),
};

export const getThings: HttpRoute = {
  method: "GET",
  path: "/things/{kind}/{id}",
  summary: "Gives a thing.",
  tag: "things",
  params: { type: "object", properties: { kind: { type: "string" }, id: { type: "string" } } },
  query: {
    type: "object",
    additionalProperties: false,
    properties: { limit: { type: "integer", minimum: 1, maximum: 200, default: 50 }, deep: { type: "boolean" } },
  },
  responses: { 200: { description: "It.", schema: { type: "object" } } },
  handle: async ({ params, query }) => ({ status: 200, body: { params, query } }),
};

export type Line = { readonly level: string; readonly fields: LogFields; readonly text: string };

/** A log that keeps its lines. */
export function keptLog(): { readonly log: Log; readonly lines: Line[] } {
  const lines: Line[] = [];
  const at = (level: string) => (fields: LogFields, text: string) => void lines.push({ level, fields, text });
  const log: Log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error"), child: () => log };
  return { log, lines };
}

/** Runs `use` against a face on a free port and always closes it. */
export async function withFace(options: Partial<HttpOptions>, use: (face: HttpFace) => Promise<void>): Promise<void> {
  const face = await startHttp({
    port: 0,
    routes: [postOrder, getThings],
    readiness: [],
    metrics: createMetrics({ process: false }),
    log: keptLog().log,
    info: { title: "test", version: "1" },
    ...options,
  });
  try {
    await use(face);
  } finally {
    await face.close();
  }
}

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: { readonly [name: string]: Json } };

export async function call(address: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(address, init);
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer["body"] };
}

export const post = (address: string, body: string, type = "application/json"): Promise<Answer> =>
  call(address, { method: "POST", body, headers: { "content-type": type } });

export function errorOf(answer: Answer): { readonly code: string; readonly message: string; readonly hint: string } {
  return answer.body["error"] as { code: string; message: string; hint: string }; // the error form is what is tested
}
