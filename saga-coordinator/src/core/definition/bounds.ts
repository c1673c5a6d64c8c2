/**
 * Bounds of a definition, so that checking one takes bounded time whatever it holds. `characters` of the whole file and
 * `depth` of its brackets and of its indentation are checked before it is parsed, `steps` when they are read.
 */
export const DEFINITION_BOUNDS = { characters: 1_000_000, depth: 64, steps: 1_000 } as const;
