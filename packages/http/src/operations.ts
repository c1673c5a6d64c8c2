import { type HttpRoute, type ReadinessCheck, reasonOf, TroupeError } from "@troupe/kernel";
import { ERROR_SCHEMA, errorAnswer } from "./refuse/answer-error.ts";

export type OperationsOptions = {
  readonly readiness: readonly ReadinessCheck[];
  readonly metrics: { text(): Promise<string>; readonly contentType: string };
  readonly info: { readonly title: string; readonly version: string };
  /** Routes that the index at `/` lists besides these. */
  readonly routes: readonly HttpRoute[];
};

const tag = "operations";
const CHECK = {
  type: "object",
  required: ["name", "ready"],
  properties: { name: { type: "string" }, ready: { type: "boolean" }, reason: { type: "string" } },
};

/** What an operator asks of any process: is it alive, is it ready, what does it count, what else does it answer. */
export function operationRoutes(options: OperationsOptions): readonly HttpRoute[] {
  const operations = [alive(), ready(options.readiness), metrics(options.metrics)];
  return [index(options, operations), ...operations];
}

function alive(): HttpRoute {
  return {
    method: "GET",
    path: "/healthz",
    summary: "The process runs.",
    tag,
    responses: { 200: { description: "It does.", schema: { type: "object", properties: { alive: { const: true } } } } },
    handle: async () => ({ status: 200, body: { alive: true } }),
  };
}

function ready(readiness: readonly ReadinessCheck[]): HttpRoute {
  const checks = { type: "array", items: CHECK };
  return {
    method: "GET",
    path: "/readyz",
    summary: "Everything that work needs is there.",
    tag,
    responses: {
      200: { description: "Ready.", schema: { type: "object", properties: { ready: { const: true }, checks } } },
      503: {
        description: "Not ready, with names and reasons.",
        schema: { ...ERROR_SCHEMA, properties: { ...ERROR_SCHEMA.properties, checks } },
      },
    },
    handle: async () => {
      const results = readiness.map(asked);
      const missing = results.flatMap((result) => (result.ready ? [] : [`${result.name}: ${result.reason}`]));
      if (missing.length === 0) return { status: 200, body: { ready: true, checks: results } };
      const { status, headers, body } = errorAnswer(new TroupeError("NOT_READY", { reason: missing.join("; ") }));
      return { status, headers, body: { ...body, checks: results } };
    },
  };
}

/** A condition that can't even be asked for is not met. */
function asked({ name, check }: ReadinessCheck): { readonly name: string } & ReturnType<ReadinessCheck["check"]> {
  try {
    return { name, ...check() };
  } catch (error) {
    return { name, ready: false, reason: reasonOf(error) };
  }
}

function metrics({ text, contentType }: OperationsOptions["metrics"]): HttpRoute {
  return {
    method: "GET",
    path: "/metrics",
    summary: "Counters of this process in Prometheus text format.",
    tag,
    responses: { 200: { description: "Prometheus text.", schema: { type: "string", contentMediaType: "text/plain" } } },
    handle: async () => ({ status: 200, headers: { "content-type": contentType }, body: await text() }),
  };
}

function index({ info, routes }: OperationsOptions, operations: readonly HttpRoute[]): HttpRoute {
  const listed = [...routes, ...operations].map(({ method, path, summary }) => ({ method, path, summary }));
  const openapi = { method: "GET", path: "/openapi.json", summary: "Description of all routes (OpenAPI 3.1)." };
  return {
    method: "GET",
    path: "/",
    summary: "The addresses of this process.",
    tag,
    responses: { 200: { description: "Title, version and routes.", schema: { type: "object" } } },
    handle: async () => ({ status: 200, body: { ...info, routes: [...listed, openapi] } }),
  };
}
