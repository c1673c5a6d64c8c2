import type { Applied, Current } from "@troupe/engine";
import {
  type ActFact,
  type Fact,
  type Json,
  type Payload,
  parseDocumentId,
  type TimestampMillis,
  TroupeError,
  type Uuid,
} from "@troupe/kernel";
import type { ApplyEnvironment } from "../apply-environment.ts";
import type { EventMap, HttpStart } from "../definition.ts";

/** What a request document keeps: enough to give a repeated request the same answer, and to refuse another body under its key. */
type StoredRequest = { readonly bodyHash: string; readonly answer: Json; readonly location: string };

/** The act that a request becomes. `start`: method and path of the route. `claim`: only ties the document to the body. */
export type RequestAct = { readonly start: string; readonly body: Json; readonly bodyHash: string; readonly claim: boolean };

/** Reply of the fold: the stored answer. `reused`: it was given to another body. */
export type RequestReply = { readonly reused: boolean; readonly answer: Json; readonly location: string };

/** Status of every request document: a request is over once it is folded. */
export const REQUEST_STATUSES = ["claimed", "answered"];

/** Definition of the request documents of a service: one document per key, its key the hash of all that identifies the request. */
export const requestsOf = (service: string): string => `${service}Requests`;

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
): Applied | undefined {
  if (current !== undefined) return undefined; // answered before
  const { definition, tools, context } = environment;
  const act = actOf(fact);
  const start = startOf(definition.http ?? [], act.start);
  const hashed = parseDocumentId(context.documentId)?.key ?? "";
  const id = (label: string): Uuid => tools.ids.messageId("http-created", [hashed, label]) as Uuid; // messageId makes UUIDs
  // A claim decides too, and forgets the outcome: a request that the start refuses leaves its key free.
  const { publish, answer, location } = start.decide(act.body, { now: context.now as TimestampMillis, id }); // FoldContext says milliseconds
  const answered = { definition: requestsOf(definition.name), dueAt: null, history: [] };
  if (act.claim) {
    const state: StoredRequest = { bodyHash: act.bodyHash, answer: null, location: "" };
    return { ...answered, status: "claimed", state, emit: [] };
  }
  const event = { name: String(publish.name), payload: publish.payload as Payload, id: tools.ids.messageId("http", [hashed]) }; // payload types are made of Values
  const field = tools.codec.describe(event.name).correlateField;
  const correlationId = field === undefined ? undefined : event.payload[field];
  return {
    ...answered,
    status: "answered",
    state: { bodyHash: act.bodyHash, answer, location } satisfies StoredRequest,
    emit: [{ ...event, ...(correlationId === undefined ? {} : { correlationId: String(correlationId) }) }],
  };
}

/** What a request is answered, the first and every repeated one. */
export function replyToRequest(current: Current, fact: Fact): RequestReply {
  const { bodyHash, answer, location } = current.state as unknown as StoredRequest; // written by foldRequest
  return { reused: bodyHash !== actOf(fact).bodyHash, answer, location };
}

const actOf = (fact: Fact): RequestAct => (fact as ActFact).data as unknown as RequestAct; // only http-start.ts submits to request documents

export const startName = ({ method, path }: { readonly method: string; readonly path: string }): string => `${method} ${path}`;

function startOf<Events extends EventMap>(starts: readonly HttpStart<Events>[], name: string): HttpStart<Events> {
  const start = starts.find((candidate) => startName(candidate) === name);
  if (start !== undefined) return start;
  const [method = "", path = ""] = name.split(" ");
  throw new TroupeError("ROUTE_UNKNOWN", { method, path });
}
