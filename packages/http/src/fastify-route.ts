import type { HttpRequest, HttpRoute, Json, JsonSchema } from "@troupe/kernel";
import type { FastifyReply, FastifyRequest, FastifySchema, RouteOptions } from "fastify";
import { coerceQuery } from "./coerce-query.ts";
import { ERROR_REF } from "./refuse/answer-error.ts";

/** A route as data becomes a route of fastify: braces to colons, schemas as they are, the handler behind a plain request. */
export function fastifyRoute(route: HttpRoute): RouteOptions {
  return {
    method: route.method,
    url: route.path.replace(/\{(\w+)\}/g, ":$1"),
    schema: schemaOf(route),
    preValidation: async (request) => {
      request.query = coerceQuery(route.query, Object(request.query));
    },
    handler: async (request, reply) => {
      const answer = await route.handle(plainRequest(request));
      return send(reply.status(answer.status).headers(answer.headers ?? {}), answer.body);
    },
  };
}

/** Text goes out as it is under its own content type, everything else as JSON. */
function send(reply: FastifyReply, body: Json): FastifyReply {
  const type = reply.getHeader("content-type");
  if (type === undefined) reply.type("application/json; charset=utf-8");
  return reply.send(typeof body === "string" && type !== undefined && !String(type).includes("json") ? body : JSON.stringify(body));
}

function plainRequest(request: FastifyRequest): HttpRequest {
  const headers: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return {
    params: Object(request.params) as HttpRequest["params"], // path parameters are text
    query: Object(request.query) as HttpRequest["query"], // validated by the schema of the route
    headers,
    body: (request.body ?? null) as Json, // parsed by json-body.ts
  };
}

/** Of an answer that is text its schema says which (JSON Schema, `contentMediaType`). */
function mediaTypeOf(schema: JsonSchema): string {
  return typeof schema["contentMediaType"] === "string" ? schema["contentMediaType"] : "application/json";
}

function schemaOf(route: HttpRoute): FastifySchema {
  const responses = Object.entries(route.responses).map(([status, { description, schema }]) => [
    status,
    schema === undefined ? { description, type: "null" } : { description, content: { [mediaTypeOf(schema)]: { schema } } },
  ]);
  const failure = { description: "What went wrong.", content: { "application/json": { schema: { $ref: `${ERROR_REF}#` } } } };
  return {
    summary: route.summary,
    tags: [route.tag],
    ...(route.params === undefined ? {} : { params: route.params }),
    ...(route.query === undefined ? {} : { querystring: route.query }),
    ...(route.headers === undefined ? {} : { headers: route.headers }),
    ...(route.body === undefined ? {} : { body: route.body }),
    response: { ...Object.fromEntries(responses), default: failure },
  };
}
