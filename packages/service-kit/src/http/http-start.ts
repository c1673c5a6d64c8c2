import type { Processor } from "@troupe/engine";
import {
  type ActFact,
  DEFAULT_TENANT,
  documentId,
  type HttpRequest,
  type HttpResponse,
  type HttpRoute,
  type Ids,
  type Json,
  type JsonObject,
  type JsonSchema,
  TroupeError,
} from "@troupe/kernel";
import type { Tracing } from "@troupe/telemetry";
import { Type } from "typebox";
import type { EventMap, HttpStart, ServiceDefinition } from "../definition.ts";
import { type RequestAct, type RequestReply, requestsOf, startName } from "./fold-request.ts";

export type StartTools = {
  readonly ids: Ids;
  readonly randomKey: () => string;
  readonly tracing: Tracing;
  readonly processor: Pick<Processor, "submit" | "overload">;
};

/** A declared start as a route: 202 with the answer once the event is durable; the same answer for the same key. */
export function startRoute<Events extends EventMap, State extends Json>(
  definition: ServiceDefinition<Events, State>,
  start: HttpStart<Events>,
  tools: StartTools,
): HttpRoute {
  return {
    method: start.method,
    path: start.path,
    summary: start.summary,
    tag: definition.name,
    headers: Type.Object({
      "idempotency-key": Type.Optional(
        Type.String({ minLength: 1, maxLength: 255, description: "Repeats of the request carry the same key and start nothing twice." }),
      ),
    }) as unknown as JsonSchema, // typebox schemas are JSON Schema
    body: start.body as unknown as JsonSchema, // as above
    responses: {
      202: { description: "Accepted: the event is durable, the saga runs.", schema: start.accepted as unknown as JsonSchema }, // as above
      422: { description: "A field is not allowed, or the Idempotency-Key was used with another body." },
      429: { description: "Behind; try again after Retry-After seconds." },
      503: { description: "It is not known whether the event is durable; send the same request again." },
    },
    handle: (request) => handleStart(definition.name, start, { request, tools }),
  };
}

async function handleStart<Events extends EventMap>(
  service: string,
  start: HttpStart<Events>,
  { request, tools }: { readonly request: HttpRequest; readonly tools: StartTools },
): Promise<HttpResponse> {
  const reason = tools.processor.overload();
  if (reason !== undefined) throw new TroupeError("OVERLOADED", { reason });
  const { kind, key } = keyOf(start, { request, tools });
  const { ids } = tools;
  const hashed = ids.messageId("http-request", [DEFAULT_TENANT, service, start.method, start.path, kind, key]);
  const act: RequestAct = { start: startName(start), body: request.body, bodyHash: ids.messageId("body", [canonical(request.body)]) };
  // The same for every request under the key: the document folds the first one only, and answers all of them.
  const identity = ids.identity({ tenant: DEFAULT_TENANT, source: "http", id: hashed });
  const fact: ActFact = { kind: "act", name: "request", identity, data: act satisfies JsonObject };
  const document = documentId({ tenant: DEFAULT_TENANT, definition: requestsOf(service), key: hashed });
  const span = tools.tracing.serverRequest(start.method, start.path, request.headers);
  const reply = (await tools.processor.submit(document, fact, span)) as unknown as RequestReply; // what replyToRequest gives
  if (reply.reused) throw new TroupeError("IDEMPOTENCY_KEY_REUSED", { key });
  const safety: Record<string, string> = kind === "random" ? { "x-safe-to-repeat": "false" } : {};
  return { status: 202, headers: { location: reply.location, ...safety }, body: reply.answer };
}

/** What identifies the request. Keys of the two kinds do not meet: a client's key may look like another's business id. */
function keyOf<Events extends EventMap>(
  start: HttpStart<Events>,
  { request, tools }: { readonly request: HttpRequest; readonly tools: StartTools },
): { readonly kind: "key" | "business" | "random"; readonly key: string } {
  const given = request.headers["idempotency-key"];
  if (given !== undefined) return { kind: "key", key: given };
  const business = start.businessId?.(request.body);
  return business === undefined ? { kind: "random", key: tools.randomKey() } : { kind: "business", key: business };
}

/** JSON text that does not depend on the order of members: the same body, sent by another client library, is the same. */
function canonical(body: Json): string {
  return JSON.stringify(body, (_, value: Json) => {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
