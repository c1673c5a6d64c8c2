import type { Problem, ProblemCode } from "../problems.ts";
import { type DefinitionTree, type Placed, placeInText, type TreeNode, type TreeScalar } from "./tree.ts";

/** A value of the file with the place where it stands. `path` names it, e.g. `steps.ship.after.0`. */
export type Spot = Placed & { readonly path: string };
export type Entry = { readonly key: string; readonly keySpot: Spot; readonly value: Spot };

export type ExpressionPlace = Pick<Placed, "at"> & Pick<TreeScalar, "runs">;

type Report = { readonly code: ProblemCode; readonly message: string; readonly severity?: "warning" };

/** A definition file being read: gathers problems, so that one run names all of them. */
export type Source = {
  readonly root: Spot;
  readonly problems: Problem[];
  /** What was read of it is a guess that is not worth checking. */
  readonly broken: boolean;
  /** Place of every value read so far, so that checks that run on the finished definition can point at it. */
  readonly offsets: Map<string, number>;
  /** Where the expressions stand that were read so far, by path. */
  readonly expressions: Map<string, ExpressionPlace>;
  readonly report: (at: Spot | string, problem: Report) => void;
  /** Reports at a character of the expression that was read at `path`. */
  readonly reportWithin: (path: string, index: number, problem: Report) => void;
};

/** Faults of the notation become problems; what could be read is still checked. */
export function openSource(tree: DefinitionTree, file: string): Source {
  const lines = lineStarts(tree.text);
  const problems: Problem[] = [];
  const offsets = new Map<string, number>();
  const expressions = new Map<string, ExpressionPlace>();
  const add = (offset: number, { code, message, severity }: Report): void => {
    problems.push({ file, ...placeOf(lines, Math.min(offset, tree.text.length)), severity: severity ?? "error", code, message });
  };
  for (const { at, message } of tree.faults) add(at, { code: "yaml-malformed", message });
  return {
    root: { node: tree.node, at: tree.at, path: "" },
    problems,
    broken: !tree.readable,
    offsets,
    expressions,
    report: (at, problem) => add(typeof at === "string" ? nearestOffset(offsets, at) : at.at, problem),
    reportWithin: (path, index, problem) => {
      const place = expressions.get(path);
      add(place === undefined ? nearestOffset(offsets, path) : (placeInText(place.runs, index) ?? place.at), problem);
    },
  };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Line and column from 1, by halves. */
function placeOf(starts: readonly number[], offset: number): { readonly line: number; readonly column: number } {
  let [low, high, start] = [0, starts.length, 0];
  while (low + 1 < high) {
    const middle = Math.floor((low + high) / 2);
    const at = starts[middle];
    if (at !== undefined && at <= offset) [low, start] = [middle, at];
    else high = middle;
  }
  return { line: low + 1, column: offset - start + 1 };
}

/** Place of a path, or of the nearest thing around it that was written. */
function nearestOffset(offsets: ReadonlyMap<string, number>, path: string): number {
  for (let at = path; at !== ""; at = at.slice(0, Math.max(at.lastIndexOf("."), 0))) {
    const offset = offsets.get(at);
    if (offset !== undefined) return offset;
  }
  return 0;
}

/** The entries of a map, or undefined when the value is not one. */
export function entriesOf(source: Source, spot: Spot): readonly Entry[] | undefined {
  if (spot.node?.kind !== "map") return undefined;
  return spot.node.entries.map(({ key, keyAt, node, at }) => {
    const path = spot.path === "" ? key : `${spot.path}.${key}`;
    // The place of the key is what a reader looks for; the value of an empty one has none.
    source.offsets.set(path, keyAt);
    return { key, keySpot: { node: undefined, at: keyAt, path }, value: { node, at, path } };
  });
}

/** The items of a list, or undefined when the value is not one. */
export function itemsOf(source: Source, spot: Spot): readonly Spot[] | undefined {
  if (spot.node?.kind !== "list") return undefined;
  return spot.node.items.map(({ node, at }, index) => {
    const path = `${spot.path}.${index}`;
    source.offsets.set(path, at);
    return { node, at, path };
  });
}

/** A scalar as it was understood; undefined for maps, lists and for nothing at all. */
export function scalarOf({ node }: Spot): string | number | boolean | null | undefined {
  return node?.kind === "scalar" ? node.value : undefined;
}

/** The text of a scalar exactly as written, so that `0.10` does not become `0.1`. */
export function writtenText({ node }: Spot): string | undefined {
  return node?.kind === "scalar" ? node.text : undefined;
}

/** What stands there, for a message. */
export function shown(spot: Spot): string {
  const kind: TreeNode["kind"] | undefined = spot.node?.kind;
  if (kind === "map" || kind === "list") return `a ${kind}`;
  const text = writtenText(spot);
  return text === undefined || text === "" ? "empty" : `\`${text}\``;
}
