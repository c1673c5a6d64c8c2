import { type HttpRoute, nearest, type SearchKeys, type StoredDocument, TroupeError } from "@troupe/kernel";
import type { CompiledDefinition } from "../core/index.ts";
import { asData, SAGA_PAGE, SAGAS_QUERY, type SagaPage } from "./contract.ts";
import type { ApiPorts } from "./ports.ts";
import { summaryOf } from "./present-saga.ts";
import { numberOf, SEARCH_PREFIX, searchOf, textOf } from "./query-values.ts";

/** GET /v1/sagas: the latest changed first, by status, definition and search keys. Throws REQUEST_INVALID for a key that no definition has. */
export function listSagas({ documents, definitions, stateOf }: Pick<ApiPorts, "documents" | "definitions" | "stateOf">): HttpRoute {
  return {
    method: "GET",
    path: "/v1/sagas",
    summary: "Lists sagas, the latest changed first. `search.NAME=VALUE` keeps those with that search key of the definition.",
    tag: "sagas",
    query: asData(SAGAS_QUERY),
    responses: { 200: { description: "One page.", schema: asData(SAGA_PAGE) } },
    handle: async ({ query }) => {
      const search = searchOf(query);
      refuseUnknown(search, keysOf(definitions(), query["definition"]));
      const page = await documents.query({
        ...textOf(query, "status"),
        ...textOf(query, "definition"),
        ...textOf(query, "cursor"),
        ...(Object.keys(search).length === 0 ? {} : { search }),
        limit: numberOf(query, "limit"),
      });
      const body: SagaPage = {
        sagas: page.documents.filter(hasBegun).map((document) => summaryOf(stateOf(document), document.updatedAt)),
        cursor: page.cursor,
      };
      return { status: 200, body };
    },
  };
}

/** Not a document that is there only because its first record is parked. */
const hasBegun = ({ state }: StoredDocument): boolean => state !== null;

/** Of all versions, since sagas run under each of them. */
function keysOf(known: readonly CompiledDefinition[], name: unknown): readonly string[] {
  const asked = known.filter((definition) => name === undefined || definition.name === name);
  return [...new Set(asked.flatMap(({ search }) => search.map(([key]) => `${SEARCH_PREFIX}${key}`)))];
}

/** A key that nobody declares would find nothing, which would look like an answer. */
function refuseUnknown(search: SearchKeys, known: readonly string[]): void {
  const unknown = Object.keys(search).find((key) => !known.includes(`${SEARCH_PREFIX}${key}`));
  if (unknown === undefined) return;
  const field = `${SEARCH_PREFIX}${unknown}`;
  const near = nearest(field, known);
  const meant = near === undefined ? "" : ` (did you mean ${near}?)`;
  const allowed = `${known.length === 0 ? "no search key, since no such definition has one" : known.join(", ")}${meant}`;
  throw new TroupeError("REQUEST_INVALID", { field, found: "not known", allowed });
}
