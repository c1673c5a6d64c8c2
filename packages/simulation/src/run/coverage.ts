/** What a run has to reach: where one of these stays at 0 the simulation has stopped looking there. */
export const RARE_STATES: readonly string[] = [
  "arrives late",
  "conflict",
  "copy",
  "crash",
  "dead letter",
  "do after its undo refused",
  "event before its start",
  "event waited for its alias",
  "expelled",
  "garbage",
  "late success",
  "long pause",
  "parked key",
  "partial bulk",
  "rebalance",
  "reply late",
  "reply lost",
  "request lost",
  "rolled back",
  "saga compensated",
  "saga completed",
  "saga stuck",
  "slow partition",
  "stale commit refused",
  "stopped cleanly",
  "swept",
  "timer",
  "unstuck",
  "zombie",
];

/** Below so many seeds of both ways a rare state may be missed by chance. */
export const SEEDS_FOR_COVERAGE = 2_000;

export function missedStates(counts: ReadonlyMap<string, number>): readonly string[] {
  return RARE_STATES.filter((state) => (counts.get(state) ?? 0) === 0);
}
