import type { Applied, Current, Processor } from "@troupe/engine";
import {
  type ActFact,
  DEFAULT_TENANT,
  documentId,
  type Fact,
  fromTaggedJson,
  type HttpRequest,
  type HttpResponse,
  type HttpRoute,
  type Ids,
  type Json,
  type JsonObject,
  type JsonSchema,
  type Payload,
  parseDocumentId,
  type TimestampMillis,
  TroupeError,
  toTaggedJson,
  type Uuid,
} from "@troupe/kernel";
import type { Tracing } from "@troupe/telemetry";
import { Type } from "typebox";
import type { EventMap, HttpStart, ServiceDefinition } from "./definition.ts";
import type { ApplyEnvironment } from "./participant-fold.ts";

/** What a request document keeps: enough to give a repeated request the same answer, and to refuse another body under its key. */
type StoredRequest = { readonly bodyHash: string; readonly answer: Json; readonly location: string };

/** The act that a request becomes. `payload` in tagged JSON. */
type RequestAct = StoredRequest & { readonly key: string; readonly name: string; readonly payload: Json; readonly id: string };

/** Reply of the fold: the stored answer, or a refusal. */
type RequestReply = { readonly reused: boolean; readonly answer: Json; readonly location: string };

const requestsOf = (service: string): string => `${service}Requests`;

export function isRequestDocument(service: string, id: string): boolean {
  return parseDocumentId(id)?.definition === requestsOf(service);
}

/**
 * Folds a request into its own document: the first one under a key decides and publishes, a repeated one gets the first
 * one's answer. So a request that was answered is never lost, and repeating it starts nothing twice.
 */
export function foldRequest<Events extends EventMap, State extends Json>(
  current: Current | undefined,
  fact: Fact,
  environment: ApplyEnvironment<Events, State>,
): Applied {
  const act = (fact as ActFact).data as unknown as RequestAct; // only startRoute submits to request documents
  const stored = current?.state as unknown as StoredRequest | undefined; // written below
  const { bodyHash, answer, location } = stored ?? act;
  const reply: RequestReply = { reused: stored !== undefined && stored.bodyHash !== act.bodyHash, answer, location };
  return {
    definition: requestsOf(environment.definition.name),
    status: "answered",
    state: { bodyHash, answer, location },
    dueAt: null,
    emit: stored === undefined ? [emissionOf(act, environment)] : [],
    history: [],
    reply,
  };
}

function emissionOf<Events extends EventMap, State extends Json>(act: RequestAct, { tools }: ApplyEnvironment<Events, State>) {
  const payload = fromTaggedJson(act.payload) as Payload; // made from a payload by startRoute
  const field = tools.codec.describe(act.name).correlateField;
  const correlationId = field === undefined ? undefined : payload[field];
  return { name: act.name, payload, id: act.id, ...(correlationId === undefined ? {} : { correlationId: String(correlationId) }) };
}

export type StartTools = {
  readonly ids: Ids;
  readonly now: () => number;
  readonly randomKey: () => string;
  readonly tracing: Tracing;
  readonly processor: Processor;
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
    },
    handle: (request) => handleStart(definition, start, { request, tools }),
  };
}

async function handleStart<Events extends EventMap, State extends Json>(
  definition: ServiceDefinition<Events, State>,
  start: HttpStart<Events>,
  { request, tools }: { readonly request: HttpRequest; readonly tools: StartTools },
): Promise<HttpResponse> {
  const reason = tools.processor.overload();
  if (reason !== undefined) throw new TroupeError("OVERLOADED", { reason });
  const given = request.headers["idempotency-key"] ?? start.businessId?.(request.body);
  const key = given ?? tools.randomKey();
  const hashed = tools.ids.messageId("http", [DEFAULT_TENANT, definition.name, start.method, start.path, key]);
  const id = (label: string): Uuid => tools.ids.messageId("http-created", [hashed, label]) as Uuid; // messageId makes UUIDs
  const { publish, answer, location } = start.decide(request.body, { now: tools.now() as TimestampMillis, id }); // the clock port's unit
  const act: RequestAct = {
    key,
    bodyHash: tools.ids.messageId("body", [JSON.stringify(request.body)]),
    answer,
    location,
    name: String(publish.name),
    payload: toTaggedJson(publish.payload as Payload), // payload types are made of Values
    id: id("event"),
  };
  const span = tools.tracing.serverRequest(start.method, start.path, request.headers);
  const fact: ActFact = { kind: "act", name: "request", identity: tools.randomKey(), data: act as unknown as JsonObject }; // all members are Json
  const document = documentId({ tenant: DEFAULT_TENANT, definition: requestsOf(definition.name), key: hashed });
  const reply = (await tools.processor.submit(document, fact, span)) as unknown as RequestReply; // foldRequest's reply
  if (reply.reused) throw new TroupeError("IDEMPOTENCY_KEY_REUSED", { key });
  const safety: Record<string, string> = given === undefined ? { "x-safe-to-repeat": "false" } : {};
  return { status: 202, headers: { location: reply.location, ...safety }, body: reply.answer };
}
