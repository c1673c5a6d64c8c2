import type { Codec, DeadLetters, Documents, Ids, Payload, StoredDocument } from "@troupe/kernel";
import { COORDINATOR_SOURCE, type CompiledDefinition, type SagaState } from "../core/index.ts";
import type { IdentifyCaller } from "./commands/caller.ts";

/** An event that a caller of the API asked for. `role`: the role that the API vouches for. */
export type Publishing = {
  readonly name: string;
  readonly payload: Payload;
  readonly id: string;
  readonly correlationId: string;
  readonly effect?: string;
  readonly role?: string;
};

/** `ce_source` of what the API puts on the log. */
export const API_SOURCE = `${COORDINATOR_SOURCE}/api`;

/** What the API needs. `documents` are those of the owner `saga-coordinator`. */
export type ApiPorts = {
  readonly documents: Pick<Documents, "query" | "load" | "history">;
  readonly deadLetters: Pick<DeadLetters, "list">;
  /** Definitions that this process knows, as of now: also those that only running sagas need. */
  readonly definitions: () => readonly CompiledDefinition[];
  /** Labels of those that take new sagas. */
  readonly active: () => ReadonlySet<string>;
  /** The saga inside a document, as the shell stores it. */
  readonly stateOf: (document: StoredDocument) => SagaState;
  /** Resolves when the event is durable on the log. */
  readonly publish: (event: Publishing) => Promise<void>;
  readonly describe: Codec["describe"];
  /** Throws EVENT_FIELD_INVALID, EVENT_FIELD_UNKNOWN or CORRELATION_MISSING when the payload does not fit the event's schema. */
  readonly validate: (event: string, payload: Payload) => void;
  readonly ids: Ids;
  readonly caller: IdentifyCaller;
};
