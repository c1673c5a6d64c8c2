export { forEach, type SagaWriter, sagasOver, tick } from "./define-saga.ts";
export { type Cel, type Condition, cel, literal, type Reference, type Written } from "./reference.ts";
export type {
  Mapping,
  Words,
  WrittenAnswers,
  WrittenCompensation,
  WrittenCron,
  WrittenDuration,
  WrittenEmission,
  WrittenRetry,
  WrittenSaga,
  WrittenStep,
} from "./written.ts";
