import type { Mode } from "../world/scenario.ts";

/**
 * Seeds that once broke a law, with what they found. Every run begins with them. A seed means another schedule when the
 * simulation itself changes, so the findings that matter stand among the mutants as well.
 */
export const REGRESSIONS: ReadonlyArray<{ readonly seed: number; readonly mode: Mode; readonly found: string }> = [
  { seed: 1104, mode: "staged", found: "a trim cleared the mark of an outbox that held an entry of another write (decision 0061)" },
  { seed: 240, mode: "staged", found: "a batch came before the subscription was there, and was settled into nothing (decision 0062)" },
];
