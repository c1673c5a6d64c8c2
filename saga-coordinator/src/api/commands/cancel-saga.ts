import { DEFAULT_TENANT, documentId, type HttpRoute, TroupeError } from "@troupe/kernel";
import { ACCEPTED, asData, CANCEL_BODY, COMMAND_HEADERS, SAGA_PARAMS } from "../contract.ts";
import type { ApiPorts } from "../ports.ts";

/** POST /v1/sagas/{definition}/{id}/cancel: turns a saga whose pivot has not passed (rule 7). The saga says later what came of it. */
export function cancelSaga({ documents, ids, publish, caller }: Omit<ApiPorts, "deadLetters">): HttpRoute {
  return {
    method: "POST",
    path: "/v1/sagas/{definition}/{id}/cancel",
    summary: "Asks a saga to turn back; it refuses once its pivot has passed.",
    tag: "sagas",
    params: asData(SAGA_PARAMS),
    headers: asData(COMMAND_HEADERS),
    body: asData(CANCEL_BODY),
    responses: {
      202: { description: "The request is durable; the saga folds it next.", schema: asData(ACCEPTED) },
      404: { description: "There is no such saga." },
    },
    handle: async (request) => {
      const { definition = "", id = "" } = request.params;
      const document = documentId({ tenant: DEFAULT_TENANT, definition, key: id });
      if (!(await documents.load([document])).has(document)) throw new TroupeError("SAGA_UNKNOWN", { definition, id });
      const { reason } = request.body as { readonly reason: string }; // CANCEL_BODY
      const key = request.headers["idempotency-key"] ?? reason;
      const messageId = ids.messageId("troupe.cancel", [DEFAULT_TENANT, definition, id, key]);
      const payload = { sagaId: id, definition, by: caller(request).name, reason };
      await publish({ name: "SagaCancelRequested", payload, id: messageId, correlationId: id });
      return { status: 202, body: { id: messageId } };
    },
  };
}
