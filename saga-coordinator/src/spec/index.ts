export {
  type ActHappening,
  after,
  answers,
  answersLate,
  answersTwice,
  cancelled,
  decides,
  type EventHappening,
  event,
  fails,
  type Happening,
  operator,
  person,
  type StandIn,
  silent,
} from "./happenings.ts";
export { type Expected, type Given, type SagaSpec, type SpecOptions, sagaSpec, type When } from "./saga-spec.ts";
export type { Cast } from "./stage.ts";
