import type { HttpRoute } from "@troupe/kernel";
import type { CompiledDefinition } from "../core/index.ts";
import { asData, DEFINITIONS, type DefinitionList } from "./contract.ts";
import type { ApiPorts } from "./ports.ts";

/** GET /v1/definitions: the saga definitions that this process knows. */
export function listDefinitions({ definitions }: Pick<ApiPorts, "definitions">): HttpRoute {
  return {
    method: "GET",
    path: "/v1/definitions",
    summary: "Lists the saga definitions that this process knows.",
    tag: "definitions",
    responses: { 200: { description: "All of them.", schema: asData(DEFINITIONS) } },
    handle: async () => {
      const body: DefinitionList = { definitions: definitions().map(item) };
      return { status: 200, body };
    },
  };
}

function item({ name, version, hash, title, steps }: CompiledDefinition): DefinitionList["definitions"][number] {
  return { name, version, hash, title, steps: steps.map((step) => step.name) };
}
