/** How far a proof looks. Everything beyond is not explored, and the report says which of these cut something off. */
export type ProofBounds = {
  /** Different situations looked at. */
  readonly states: number;
  /** Units of `workOf`, spent on what is tried: an end in bounded time that is the same on every machine. */
  readonly work: number;
  /** Situations without surprises, told apart by the order of independent steps; beyond, they stand in the order of the file. */
  readonly orders: number;
  /**
   * Surprises on one path: an answer before its step is open or though it never opened, an answer given twice, a success
   * that crosses its own undo, a request that is sent again, an undo that is used up, an alias that another saga claimed
   * first. Everything else is unbounded.
   */
  readonly surprises: number;
  /** Sendings of one request, undos included: retry policies with more are explored with this many. */
  readonly attempts: number;
  /** Rounds of a repeated step. */
  readonly rounds: number;
  /** Elements of a fan-out. */
  readonly elements: number;
};

export const DEFAULT_BOUNDS: ProofBounds = {
  states: 40_000,
  work: 12_000_000,
  orders: 20_000,
  surprises: 2,
  attempts: 2,
  rounds: 2,
  elements: 2,
};

export type CutBound = "states" | "work" | "orders" | "surprises";

/** What it costs to try one happening: it grows with the steps, and for large definitions with their pairs. */
export function workOf(steps: number): number {
  return steps + Math.ceil((steps * steps) / 64);
}

/** Which bounds cut something off, as the exploration meets them. */
export type Cuts = Set<CutBound>;

/** `surprises`: the number up to which every path was looked at. */
export function cutSentence(name: CutBound, bounds: ProofBounds, surprises: number): string {
  switch (name) {
    case "states":
      return stopped(`at ${bounds.states} situations`, surprises);
    case "work":
      return stopped(`after ${bounds.work} units of work (what was tried, times the size of the definition)`, surprises);
    case "orders":
      return "steps that do not depend on each other were taken as done in the order of the file, not in each of the orders in which they may be done";
    case "surprises":
      return `paths with more than ${bounds.surprises} surprises were left out (answers early, twice or crossing an undo, requests sent again, undos used up, aliases lost)`;
    default:
      return name satisfies never;
  }
}

function stopped(where: string, surprises: number): string {
  return surprises < 0
    ? `the search stopped ${where}, before every path without surprises was looked at`
    : `the search stopped ${where}: of the paths with more than ${surprises} surprises only some were looked at`;
}
