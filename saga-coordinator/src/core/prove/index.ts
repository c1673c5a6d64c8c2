export { type CutBound, DEFAULT_BOUNDS, type ProofBounds } from "./bounds.ts";
export { type ChildSources, childContractsOf } from "./children.ts";
export { type Proof, type ProofOptions, prove } from "./prove.ts";
export type { StoryItem } from "./story.ts";
