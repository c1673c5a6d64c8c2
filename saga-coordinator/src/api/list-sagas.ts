import type { HttpRoute } from "@troupe/kernel";
import { asData, SAGA_PAGE, SAGAS_QUERY, type SagaPage } from "./contract.ts";
import type { ApiPorts } from "./ports.ts";
import { summaryOf } from "./present-saga.ts";
import { numberOf, textOf } from "./query-values.ts";

/** GET /v1/sagas: the latest changed first, by status and definition. */
export function listSagas({ documents, stateOf }: Pick<ApiPorts, "documents" | "stateOf">): HttpRoute {
  return {
    method: "GET",
    path: "/v1/sagas",
    summary: "Lists sagas, the latest changed first.",
    tag: "sagas",
    query: asData(SAGAS_QUERY),
    responses: { 200: { description: "One page.", schema: asData(SAGA_PAGE) } },
    handle: async ({ query }) => {
      const page = await documents.query({
        ...textOf(query, "status"),
        ...textOf(query, "definition"),
        ...textOf(query, "cursor"),
        limit: numberOf(query, "limit"),
      });
      const body: SagaPage = {
        sagas: page.documents.map((document) => summaryOf(stateOf(document), document.updatedAt)),
        cursor: page.cursor,
      };
      return { status: 200, body };
    },
  };
}
