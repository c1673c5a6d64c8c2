import type { Json } from "./json.ts";

/** A JSON Schema (draft 2020-12) as data; typebox schemas are that. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** A validated request as a route handler sees it. Header names are lower case. */
export type HttpRequest = {
  readonly params: { readonly [name: string]: string };
  readonly query: { readonly [name: string]: string | number | boolean };
  readonly headers: { readonly [name: string]: string };
  readonly body: Json;
};
export type HttpResponse = {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  /** JSON, or text when `headers["content-type"]` says so. */
  readonly body: Json;
};

/** A route as data: the same schemas validate the request and make the OpenAPI document. */
export type HttpRoute = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** OpenAPI form, `/v1/sagas/{definition}/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly params?: JsonSchema;
  readonly query?: JsonSchema;
  readonly headers?: JsonSchema;
  readonly body?: JsonSchema;
  /** Status code to schema of the body. */
  readonly responses: { readonly [status: number]: { readonly description: string; readonly schema?: JsonSchema } };
  handle(request: HttpRequest): Promise<HttpResponse>;
};

/** One condition of readiness, asked at every /readyz. */
export type ReadinessCheck = {
  readonly name: string;
  check(): { readonly ready: true } | { readonly ready: false; readonly reason: string };
};
