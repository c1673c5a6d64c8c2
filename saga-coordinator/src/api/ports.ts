import type { DeadLetters, Documents, StoredDocument } from "@troupe/kernel";
import type { CompiledDefinition, SagaState } from "../core/index.ts";

/** What the read side needs. `documents` are those of the owner `saga-coordinator`. */
export type ApiPorts = {
  readonly documents: Pick<Documents, "query" | "load" | "history">;
  readonly deadLetters: Pick<DeadLetters, "list">;
  /** Definitions that this process knows, as of now: also those that only running sagas need. */
  readonly definitions: () => readonly CompiledDefinition[];
  /** The saga inside a document, as the shell stores it. */
  readonly stateOf: (document: StoredDocument) => SagaState;
};
