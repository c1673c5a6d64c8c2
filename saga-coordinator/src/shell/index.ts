export { ALIASES, aliasFold } from "./alias-fold.ts";
export { type DefinitionFile, type DefinitionSources, type Definitions, loadDefinitions } from "./definitions.ts";
export { coordinatorOn } from "./roles.ts";
export { sagaOf } from "./saga-document.ts";
export { COORDINATOR, sagaFold } from "./saga-fold.ts";
