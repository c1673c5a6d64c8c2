import type { Mode } from "../world/scenario.ts";
import type { Law } from "../world/violation.ts";

/** What a worker is given. Seeds `first`, `first + step`, ... below `end`. */
export type Work = {
  readonly first: number;
  readonly step: number;
  readonly end: number;
  readonly mode: Mode | undefined;
  readonly mutant: string | undefined;
  /** Stops after so many violations. */
  readonly enough: number;
};

export type Found = { readonly seed: number; readonly law: Law; readonly message: string };

/** What a worker says: how far it is, now and then, and once how it ended. `steps`: of all worlds so far. */
export type Said = {
  readonly ended: boolean;
  readonly seeds: number;
  readonly steps: number;
  readonly found: readonly Found[];
  readonly counts: ReadonlyArray<readonly [string, number]>;
};
