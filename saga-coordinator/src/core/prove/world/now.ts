/** The one moment in which everything happens: a proof knows before and after, but no duration. */
export const NOW = 1_000_000;
