import {
  DEFAULT_TENANT,
  documentId,
  type HttpRequest,
  type HttpResponse,
  type HttpRoute,
  type JsonObject,
  TroupeError,
} from "@troupe/kernel";
import { type CompiledDefinition, type CompiledStep, effectText, type SagaState, stepOf } from "../../core/index.ts";
import { ACCEPTED, ANSWER_BODY, ANSWER_PARAMS, asData, COMMAND_HEADERS } from "../contract.ts";
import { definitionOf } from "../get-saga.ts";
import type { ApiPorts } from "../ports.ts";
import { withSagaId } from "./read-payload.ts";

type Ports = Omit<ApiPorts, "deadLetters">;

/**
 * POST /v1/sagas/{definition}/{id}/steps/{step}/answer: what a person decided about a human step, as the event that the
 * step waits for. Only what comes this way carries the mark with which the fold counts it. The first answer in the log
 * wins; a repeated request publishes the same message.
 */
export function answerStep(ports: Ports): HttpRoute {
  return {
    method: "POST",
    path: "/v1/sagas/{definition}/{id}/steps/{step}/answer",
    summary: "Answers a step that waits for a person.",
    tag: "sagas",
    params: asData(ANSWER_PARAMS),
    headers: asData(COMMAND_HEADERS),
    body: asData(ANSWER_BODY),
    responses: {
      202: { description: "The answer is durable; the saga folds it next.", schema: asData(ACCEPTED) },
      403: { description: "The caller has not the role that the step asks for." },
      404: { description: "There is no such saga, or no such step." },
      409: { description: "The step does not wait for an answer." },
    },
    handle: (request) => handle(ports, request),
  };
}

async function handle(ports: Ports, request: HttpRequest): Promise<HttpResponse> {
  const { definition = "", id = "", step: name = "" } = request.params;
  const documentName = documentId({ tenant: DEFAULT_TENANT, definition, key: id });
  const document = (await ports.documents.load([documentName])).get(documentName);
  if (document === undefined || document.state === null) throw new TroupeError("SAGA_UNKNOWN", { definition, id });
  const state = ports.stateOf(document);
  const pinned = definitionOf(state, document.definition, ports.definitions());
  const step = humanStep(pinned, name);
  const role = roleOf(ports, request, step);
  refuseSettled(state, step);
  const { event, payload } = request.body as { readonly event: string; readonly payload: JsonObject }; // ANSWER_BODY
  const allowed = answersOf(pinned, name);
  if (!allowed.includes(event)) throw new TroupeError("REQUEST_INVALID", { field: "event", found: event, allowed: allowed.join(", ") });
  const key = request.headers["idempotency-key"] ?? JSON.stringify(payload);
  const messageId = ports.ids.messageId("troupe.answer", [DEFAULT_TENANT, definition, id, name, event, key]);
  await ports.publish({
    name: event,
    payload: withSagaId(ports, { event, payload, id }),
    id: messageId,
    correlationId: id,
    effect: effectText({ tenant: DEFAULT_TENANT, definition, sagaId: id, step: name, element: "", round: 1 }),
    role,
  });
  return { status: 202, body: { id: messageId } };
}

function humanStep({ steps, stepByName, name: saga }: CompiledDefinition, name: string): CompiledStep {
  const step = stepByName.get(name);
  if (step?.human !== undefined) return step;
  const allowed = steps.filter(({ human }) => human !== undefined).map((other) => other.name);
  throw new TroupeError("STEP_NOT_HUMAN", { definition: saga, step: name, allowed });
}

function roleOf({ caller }: Ports, request: HttpRequest, { name, human }: CompiledStep): string {
  const { roles } = caller(request);
  const needed = human?.role ?? "";
  if (roles.includes(needed)) return needed;
  throw new TroupeError("ROLE_MISSING", { what: `step ${name}`, role: needed, found: roles });
}

/** A decision about a step that is over would only be a contradiction in the log. */
function refuseSettled(state: SagaState, { name }: CompiledStep): void {
  const { status } = stepOf(state, name);
  if (state.status === "running" && (status === "open" || status === "waiting")) return;
  throw new TroupeError("STEP_NOT_WAITING", { definition: state.definition, id: state.id, step: name, status, saga: state.status });
}

function answersOf({ roles }: CompiledDefinition, step: string): readonly string[] {
  const isAnswer = (role: { readonly kind: string; readonly step?: string }): boolean =>
    role.step === step && (role.kind === "done" || role.kind === "failed");
  return [...roles].filter(([, meanings]) => meanings.some(isAnswer)).map(([event]) => event);
}
