export type { FoldTools } from "./apply-environment.ts";
export { createdId } from "./created-id.ts";
export {
  type DecideContext,
  defineService,
  type EffectRule,
  type EffectStatus,
  type Entity,
  type EventMap,
  type HttpStart,
  type Incoming,
  type Publish,
  type Reaction,
  type ReactionContext,
  type RetryPolicy,
  type ServiceDefinition,
} from "./definition.ts";
export { participantFold } from "./participant-fold.ts";
export { type ParticipantState, readState as readParticipantState } from "./participant-state.ts";
export { callHandler, type HandlerSurroundings } from "./reactions/call-handler.ts";
export { DEFAULT_RETRY } from "./reactions/pending-reactions.ts";
export { type Role, serviceRole } from "./start-service.ts";
