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

/** A declared start as a route: 202 with the answer once the event is durable; the same answer for the same key or business id. */
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
      ...(start.businessId === undefined ? {} : { 409: { description: "The id in the body was used with another body." } }),
      422: { description: "A field is not allowed, or the Idempotency-Key was used with another body." },
      429: { description: "Behind; try again after Retry-After seconds." },
      503: { description: "It is not known whether the event is durable; send the same request again." },
    },
    handle: (request) => handleStart({ service: definition.name, start, request, tools }),
  };
}

type Call<Events extends EventMap> = {
  readonly service: string;
  readonly start: HttpStart<Events>;
  readonly request: HttpRequest;
  readonly tools: StartTools;
};

/**
 * What is decided, is decided in one document: that of the business id, else that of the key. With both, the key's is
 * tied to the body first; after a crash in between the repeated request does the same again.
 */
async function handleStart<Events extends EventMap>(call: Call<Events>): Promise<HttpResponse> {
  const { start, request, tools } = call;
  const reason = tools.processor.overload();
  if (reason !== undefined) throw new TroupeError("OVERLOADED", { reason });
  const key = request.headers["idempotency-key"];
  const id = start.businessId?.(request.body);
  if (id === undefined) {
    const { reused, answer, location } = await ask(call, key === undefined ? ["random", tools.randomKey()] : ["key", key]);
    if (reused) throw new TroupeError("IDEMPOTENCY_KEY_REUSED", { key });
    const safety: Record<string, string> = key === undefined ? { "x-safe-to-repeat": "false" } : {};
    return { status: 202, headers: { location, ...safety }, body: answer };
  }
  if (key !== undefined && (await ask(call, ["key", key], true)).reused) throw new TroupeError("IDEMPOTENCY_KEY_REUSED", { key });
  const { reused, answer, location } = await ask(call, ["business", id]);
  if (reused) throw new TroupeError("BUSINESS_ID_TAKEN", { id, method: start.method, path: start.path });
  return { status: 202, headers: { location }, body: answer };
}

/** What identifies the request. Values of two kinds do not meet: a client's key may look like another's business id. */
type Identifier = readonly [kind: "key" | "business" | "random", value: string];

async function ask<Events extends EventMap>(
  { service, start, request, tools }: Call<Events>,
  [kind, value]: Identifier,
  claim = false,
): Promise<RequestReply> {
  const { ids } = tools;
  const hashed = ids.messageId("http-request", [DEFAULT_TENANT, service, start.method, start.path, kind, value]);
  const act: RequestAct = {
    start: startName(start),
    body: request.body,
    bodyHash: ids.messageId("body", [canonical(request.body)]),
    claim,
  };
  // The same for every request of the document: it folds the first one only, and answers all of them.
  const identity = ids.identity({ tenant: DEFAULT_TENANT, source: "http", id: hashed });
  const fact: ActFact = { kind: "act", name: "request", identity, data: act satisfies JsonObject };
  const document = documentId({ tenant: DEFAULT_TENANT, definition: requestsOf(service), key: hashed });
  const span = tools.tracing.serverRequest(start.method, start.path, request.headers);
  return (await tools.processor.submit(document, fact, span)) as unknown as RequestReply; // what replyToRequest gives
}

/** JSON text that does not depend on the order of members: the same body, sent by another client library, is the same. */
function canonical(body: Json): string {
  return JSON.stringify(body, (_, value: Json) => {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
