export type { Difference } from "./difference.ts";
export { type Replayed, type Replaying, replay } from "./replay.ts";
