import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
} from "yaml";
import type { DefinitionTree, Placed, TreeEntry, TreeNode, TreeScalar } from "../core/index.ts";
import { createRunReader, type RunReader } from "./text-runs.ts";

/** Reads YAML 1.2, and so JSON, into a tree of plain data. Never throws. */
export function treeOf(text: string): DefinitionTree {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true, merge: false });
  const builder: Builder = { runsOf: createRunReader(text), anchors: new Map(), open: new Set(), faults: [] };
  const root = placed(builder, document.contents, 0);
  return {
    ...root,
    text,
    faults: [...syntaxFaults(document, lines), ...builder.faults],
    // A key that stands twice leaves the rest as it was meant.
    readable: document.errors.every(({ code }) => code === "DUPLICATE_KEY"),
  };
}

/** One mistake often gives several errors on its line; the first says most. */
function syntaxFaults({ errors }: Pick<Document, "errors">, lines: LineCounter): DefinitionTree["faults"] {
  const byLine = Map.groupBy(errors, ({ pos }) => lines.linePos(pos[0]).line);
  return [...byLine.values()].flatMap(([error]) => (error === undefined ? [] : [{ at: error.pos[0], message: `YAML: ${error.message}` }]));
}

/** A walk in the order of the text, so that an alias stands for the last anchor of its name before it. */
type Builder = {
  readonly runsOf: RunReader;
  readonly anchors: Map<string, TreeNode | undefined>;
  /** Anchors around the place where the walk is. */
  readonly open: Set<string>;
  readonly faults: { readonly at: number; readonly message: string }[];
};

/** `around`: the place of an empty value. */
function placed(builder: Builder, node: unknown, around: number): Placed {
  const at = isNode(node) ? (node.range?.[0] ?? around) : around;
  return { at, node: isNode(node) ? nodeOf(builder, node, at) : undefined };
}

function nodeOf(builder: Builder, node: Node, at: number): TreeNode | undefined {
  if (isAlias(node)) return aliased(builder, node.source, at);
  const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
  if (anchor === undefined) return contentOf(builder, node, at);
  builder.open.add(anchor);
  const content = contentOf(builder, node, at);
  builder.open.delete(anchor);
  builder.anchors.set(anchor, content);
  return content;
}

function contentOf(builder: Builder, node: Node, at: number): TreeNode | undefined {
  if (isMap(node)) return { kind: "map", entries: node.items.map((pair) => entryOf(builder, pair, at)) };
  if (isSeq(node)) return { kind: "list", items: node.items.map((item) => placed(builder, item, at)) };
  return isScalar(node) ? scalarOf(builder, node) : undefined;
}

function entryOf(builder: Builder, { key, value }: Pair, around: number): TreeEntry {
  const keyAt = isNode(key) ? (key.range?.[0] ?? around) : around;
  return { key: isScalar(key) ? String(key.value) : "", keyAt, ...placed(builder, value, keyAt) };
}

function aliased({ anchors, open, faults }: Builder, name: string, at: number): TreeNode | undefined {
  if (open.has(name)) faults.push({ at, message: `YAML: *${name} stands inside what it names` });
  else if (!anchors.has(name)) faults.push({ at, message: `YAML: *${name} names no anchor` });
  else return anchors.get(name);
  return undefined;
}

function scalarOf({ runsOf }: Builder, scalar: Scalar): TreeScalar {
  const { value, source } = scalar;
  const text = typeof value === "string" ? value : (source ?? String(value));
  return { kind: "scalar", value: isPlain(value) ? value : undefined, text, runs: runsOf(scalar, text) };
}

const isPlain = (value: unknown): value is TreeScalar["value"] => value === null || ["string", "number", "boolean"].includes(typeof value);
