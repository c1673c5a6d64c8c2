import { W1 } from "./w1/w1.ts";
import { w2 } from "./w2/w2.ts";
import type { Workload } from "./workload.ts";

const KIB = 1024;

/** By the names of the command line. */
export const WORKLOADS: ReadonlyMap<string, Workload> = new Map(
  [W1, w2("W2", KIB), w2("W3", 50 * KIB)].map((workload) => [workload.name, workload]),
);
