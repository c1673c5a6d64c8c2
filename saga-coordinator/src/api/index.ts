export { type DefinitionList, SAGA_STATUSES, type SagaPage, type SagaSummary, type SagaView } from "./contract.ts";
export type { ApiPorts } from "./ports.ts";
export { apiRoutes } from "./routes.ts";
