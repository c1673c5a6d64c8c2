import type { HttpRoute } from "@troupe/kernel";
import type { CompiledDefinition } from "../core/index.ts";
import { asData, DEFINITIONS, type DefinitionList } from "./contract.ts";
import type { ApiPorts } from "./ports.ts";

/** GET /v1/definitions: the saga definitions that this process knows. */
export function listDefinitions({ definitions, active }: Pick<ApiPorts, "definitions" | "active">): HttpRoute {
  return {
    method: "GET",
    path: "/v1/definitions",
    summary: "Lists the saga definitions that this process knows.",
    tag: "definitions",
    responses: { 200: { description: "All of them.", schema: asData(DEFINITIONS) } },
    handle: async () => {
      const body: DefinitionList = { definitions: definitions().map((definition) => item(definition, active())) };
      return { status: 200, body };
    },
  };
}

function item(
  { name, version, hash, title, steps, label }: CompiledDefinition,
  active: ReadonlySet<string>,
): DefinitionList["definitions"][number] {
  return { name, version, hash, active: active.has(label), title, steps: steps.map((step) => step.name) };
}
