import type { FoldContext } from "@troupe/engine";
import type { Codec, Ids, Json } from "@troupe/kernel";
import type { EventMap, ServiceDefinition } from "./definition.ts";

/** `codec`: asked only by documents of requests. */
export type FoldTools = { readonly codec: Pick<Codec, "describe">; readonly ids: Ids };

/** What folding one fact of a service works with. */
export type ApplyEnvironment<Events extends EventMap, State extends Json> = {
  readonly definition: ServiceDefinition<Events, State>;
  readonly tools: FoldTools;
  readonly context: FoldContext;
};
