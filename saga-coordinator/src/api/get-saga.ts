import { DEFAULT_TENANT, documentId, type HttpRoute, TroupeError } from "@troupe/kernel";
import { type CompiledDefinition, type SagaState, type Versions, viewSaga } from "../core/index.ts";
import { asData, SAGA_PARAMS, SAGA_VIEW } from "./contract.ts";
import type { ApiPorts } from "./ports.ts";
import { sagaOf, summaryOf } from "./present-saga.ts";

/** GET /v1/sagas/{definition}/{id}: everything about one saga. Throws SAGA_UNKNOWN or DEFINITION_NOT_LOADED. */
export function getSaga({ documents, definitions, stateOf }: Pick<ApiPorts, "documents" | "definitions" | "stateOf">): HttpRoute {
  return {
    method: "GET",
    path: "/v1/sagas/{definition}/{id}",
    summary: "Shows one saga: its steps, what happened and why, what remains.",
    tag: "sagas",
    params: asData(SAGA_PARAMS),
    responses: { 200: { description: "The saga.", schema: asData(SAGA_VIEW) } },
    handle: async ({ params: { definition = "", id = "" } }) => {
      const name = documentId({ tenant: DEFAULT_TENANT, definition, key: id });
      const document = (await documents.load([name])).get(name);
      if (document === undefined || document.state === null) throw new TroupeError("SAGA_UNKNOWN", { definition, id });
      const state = stateOf(document);
      const pinned = definitionOf(state, document.definition, definitions());
      const view = viewSaga(pinned, state, { history: await documents.history(name), versions: versionsIn(definitions()) });
      return { status: 200, body: sagaOf(view, summaryOf(state, document.updatedAt)) };
    },
  };
}

/** The very version that the saga runs: another one would tell another story. */
export function definitionOf(state: SagaState, label: string, known: readonly CompiledDefinition[]): CompiledDefinition {
  const pinned = known.find((definition) => definition.label === label);
  if (pinned !== undefined) return pinned;
  const { definition, id } = state;
  throw new TroupeError("DEFINITION_NOT_LOADED", { definition, id, label, allowed: known.map((other) => other.label) });
}

/** For a saga that was migrated: the versions that it ran before. */
export function versionsIn(known: readonly CompiledDefinition[]): Versions {
  return (label) => {
    const definition = known.find((one) => one.label === label);
    if (definition !== undefined) return definition;
    throw new TroupeError("DEFINITION_NOT_LOADED", { definition: label, id: "any", label, allowed: known.map((other) => other.label) });
  };
}
