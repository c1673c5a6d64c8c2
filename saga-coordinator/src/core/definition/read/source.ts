import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { Problem, ProblemCode } from "../problems.ts";

/** A value of the file with the place where it stands. `path` names it, e.g. `steps.ship.after.0`. */
export type Spot = { readonly node: Node | null; readonly offset: number; readonly path: string };
export type Entry = { readonly key: string; readonly keySpot: Spot; readonly value: Spot };

/** A definition file being read: gathers problems, so that one run names all of them. */
export type Source = {
  readonly root: Spot;
  readonly problems: Problem[];
  /** The text is no YAML, so what was read of it is a guess that is not worth checking. */
  readonly broken: boolean;
  /** Place of every value read so far, so that checks that run on the finished definition can point at it. */
  readonly offsets: Map<string, number>;
  readonly report: (at: Spot | string, problem: { code: ProblemCode; message: string; severity?: "warning" }) => void;
  readonly resolve: (node: unknown) => Node | null;
};

/** Reads YAML 1.2 (and so JSON). Syntax errors become problems; what could be read is still checked. */
export function openSource(text: string, file: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, merge: false });
  const problems: Problem[] = [];
  const offsets = new Map<string, number>();
  const add = (offset: number, problem: { code: ProblemCode; message: string; severity?: "warning" }): void => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    const { code, message, severity = "error" } = problem;
    // An empty file has no first line to the counter.
    problems.push({ file, line: Math.max(line, 1), column: Math.max(col, 1), severity, code, message });
  };
  // One mistake often gives several errors on its line; the first says most.
  const byLine = Map.groupBy(document.errors, ({ pos }) => lines.linePos(pos[0]).line);
  for (const [error] of byLine.values()) {
    if (error !== undefined) add(error.pos[0], { code: "yaml-malformed", message: `YAML: ${error.message}` });
  }
  const root = { node: document.contents, offset: offsetOf(document.contents, 0), path: "" };
  return {
    root,
    problems,
    broken: document.errors.some(({ code }) => code !== "DUPLICATE_KEY"),
    offsets,
    report: (at, problem) => add(typeof at === "string" ? nearestOffset(offsets, at) : at.offset, problem),
    resolve: (node) => {
      if (!isAlias(node)) return isNode(node) ? node : null;
      const target = node.resolve(document);
      if (target === undefined) add(node.range?.[0] ?? 0, { code: "yaml-malformed", message: `YAML: *${node.source} names no anchor` });
      return target ?? null;
    },
  };
}

const offsetOf = (node: unknown, otherwise: number): number => (isNode(node) ? (node.range?.[0] ?? otherwise) : otherwise);

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
  if (!isMap(spot.node)) return undefined;
  return spot.node.items.map((pair) => {
    const keyOffset = offsetOf(pair.key, spot.offset);
    const key = isScalar(pair.key) ? String(pair.key.value) : "";
    const path = spot.path === "" ? key : `${spot.path}.${key}`;
    const node = source.resolve(pair.value);
    // The place of the key is what a reader looks for; the value of an empty one has none.
    source.offsets.set(path, keyOffset);
    return { key, keySpot: { node: null, offset: keyOffset, path }, value: { node, offset: offsetOf(pair.value, keyOffset), path } };
  });
}

/** The items of a list, or undefined when the value is not one. */
export function itemsOf(source: Source, spot: Spot): readonly Spot[] | undefined {
  if (!isSeq(spot.node)) return undefined;
  return spot.node.items.map((item, at) => {
    const path = `${spot.path}.${at}`;
    const offset = offsetOf(item, spot.offset);
    source.offsets.set(path, offset);
    return { node: source.resolve(item), offset, path };
  });
}

/** A scalar as YAML understood it; undefined for maps, lists and for nothing at all. */
export function scalarOf(spot: Spot): string | number | bigint | boolean | null | undefined {
  if (!isScalar(spot.node)) return undefined;
  const { value } = spot.node;
  return value === null || ["string", "number", "bigint", "boolean"].includes(typeof value)
    ? (value as string | number | bigint | boolean | null) // the type was tested on the line above
    : undefined;
}

/** The text of a scalar exactly as written, so that `0.10` does not become `0.1`. */
export function writtenText(spot: Spot): string | undefined {
  if (!isScalar(spot.node)) return undefined;
  const { value, source } = spot.node;
  return typeof value === "string" ? value : (source ?? String(value));
}

/** What stands there, for a message. */
export function shown(spot: Spot): string {
  if (isMap(spot.node)) return "a map";
  if (isSeq(spot.node)) return "a list";
  const text = writtenText(spot);
  return text === undefined || text === "" ? "empty" : `\`${text}\``;
}
