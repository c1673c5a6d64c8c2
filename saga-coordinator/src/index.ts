export { type DefinitionFile, type Definitions, readVersions } from "./shell/definitions.ts";
export { type ReplayingStored, replayStored } from "./shell/replay-stored.ts";
export { apiRole, type CoordinatorOptions, coordinatorRole } from "./shell/roles.ts";
export { sagaFacts } from "./shell/saga-document.ts";
export { COORDINATOR } from "./shell/saga-fold.ts";
export { type Activation, activateVersion, storedVersions } from "./shell/versions.ts";
