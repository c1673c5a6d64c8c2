export { type Caller, claimedCaller, type IdentifyCaller } from "./commands/caller.ts";
export { type DefinitionList, SAGA_STATUSES, type SagaPage, type SagaSummary, type SagaView } from "./contract.ts";
export { API_SOURCE, type ApiPorts, type Publishing } from "./ports.ts";
export { apiRoutes } from "./routes.ts";
