/**
 * A definition text as plain data with places, whatever notation it was written in: what the core reads. Offsets count
 * UTF-16 units of `text` from 0. What stands for a value written elsewhere (an alias) is that value, at a place of its own,
 * so one node may stand in several places; none stands inside itself.
 */
export type DefinitionTree = Placed & {
  readonly text: string;
  /** What is wrong with the notation itself, e.g. a bracket that is not closed. */
  readonly faults: readonly { readonly at: number; readonly message: string }[];
  /** False: the text is not of this notation, so what was read of it is a guess. */
  readonly readable: boolean;
};

/** A node and where it is written; without a node nothing is written there. */
export type Placed = { readonly at: number; readonly node: TreeNode | undefined };
export type TreeNode = TreeMap | TreeList | TreeScalar;

/** In the order of the text. */
export type TreeMap = { readonly kind: "map"; readonly entries: readonly TreeEntry[] };
export type TreeEntry = Placed & { readonly key: string; readonly keyAt: number };
export type TreeList = { readonly kind: "list"; readonly items: readonly Placed[] };

export type TreeScalar = {
  readonly kind: "scalar";
  /** As the notation understands it; undefined for what JSON has no word for. */
  readonly value: string | number | boolean | null | undefined;
  /** The same as text, exactly as written, so that `0.10` does not become `0.1`. */
  readonly text: string;
  /** Where the characters of `text` stand, in order; empty when that is not known. */
  readonly runs: readonly TextRun[];
};

/** The characters `from` (inclusive) to `to` (exclusive) of a scalar stand one after the other, the first at `at`. */
export type TextRun = { readonly from: number; readonly to: number; readonly at: number };

/** Place of a character of a scalar's text; of one between two runs, the end of the one before. Undefined when not known. */
export function placeInText(runs: readonly TextRun[], index: number): number | undefined {
  const run = runs.findLast(({ from }) => from <= index) ?? runs[0];
  return run === undefined ? undefined : run.at + Math.min(Math.max(index, run.from), run.to) - run.from;
}
