import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Outcome of 300 orders of seed 7 on an empty platform, on whatever target. */
export const SEED_7: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "..", "golden", "seed-7.json"), "utf8"));
