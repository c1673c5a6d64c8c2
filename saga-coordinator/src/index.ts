export type { DefinitionFile } from "./shell/definitions.ts";
export { apiRole, type CoordinatorOptions, coordinatorRole } from "./shell/roles.ts";
export { sagaFacts } from "./shell/saga-document.ts";
