import dagre from "@dagrejs/dagre";
import type { Flow, FlowEdge, FlowNode } from "@troupe/saga-coordinator/core";
import { textWidth, wrapped } from "./text-width.ts";

export const FONT = 12;
export const LINE = 16;
/** Names are a size larger, and bold letters are wider. */
const BOLD = (FONT + 1) * 1.15;
const PADDING = 12;
const LETTERS = 46;
const LABEL_LETTERS = 26;

export type Point = { readonly x: number; readonly y: number };
export type Text = { readonly text: string; readonly style: "name" | "badge" | "line" | "undo" };
/** `x` and `y`: the middle. */
export type Box = Point & { readonly node: FlowNode; readonly width: number; readonly height: number; readonly texts: readonly Text[] };
export type Arrow = {
  readonly edge: FlowEdge;
  readonly points: readonly Point[];
  readonly label: (Point & { readonly lines: readonly string[] }) | undefined;
};
export type Layout = { readonly width: number; readonly height: number; readonly boxes: readonly Box[]; readonly arrows: readonly Arrow[] };

/** Places boxes, arrows and labels so that none lies on another. */
export function layoutOf({ nodes, edges }: Flow): Layout {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 36, ranksep: 44, edgesep: 18, marginx: 20, marginy: 20 });
  for (const node of nodes) {
    const texts = textsOf(node);
    graph.setNode(node.id, { ...sizeOf(node, texts), texts });
  }
  edges.forEach((edge, at) => {
    const lines = edge.label === undefined ? [] : wrapped(edge.label, LABEL_LETTERS);
    const width = Math.max(0, ...lines.map((line) => textWidth(line, FONT - 1) + 10));
    graph.setEdge(
      edge.from,
      edge.to,
      { width, height: lines.length * (LINE - 1) + (lines.length > 0 ? 6 : 0), labelpos: "c", lines },
      String(at),
    );
  });
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const boxes = nodes.map((node): Box => {
    const placed = graph.node(node.id) as Placed;
    return { node, x: placed.x, y: placed.y, width: placed.width, height: placed.height, texts: placed.texts };
  });
  const byId = new Map(boxes.map((box) => [box.node.id, box]));
  const arrows = edges.map((edge, at): Arrow => {
    const { points: routed, lines, x, y } = graph.edge(edge.from, edge.to, String(at)) as Routed;
    const points = touching(routed, { from: byId.get(edge.from), to: byId.get(edge.to) });
    return { edge, points, label: lines.length === 0 ? undefined : { x, y, lines } };
  });
  return { width, height, boxes, arrows };
}

/** Arrows are routed to the rectangle around a node; those of diamonds and circles go on to the outline. */
function touching(
  points: readonly Point[],
  { from, to }: { readonly from: Box | undefined; readonly to: Box | undefined },
): readonly Point[] {
  const isRound = (box: Box | undefined): box is Box => box?.node.kind === "choice" || box?.node.kind === "join";
  const middle = points.slice(1, -1);
  const [first, last] = [points.slice(0, 1), points.slice(-1)];
  return [
    ...(isRound(from) ? [{ x: from.x, y: from.y + from.height / 2 }] : first),
    ...middle,
    ...(isRound(to) ? [{ x: to.x, y: to.y - to.height / 2 }] : last),
  ];
}

type Placed = Point & { readonly width: number; readonly height: number; readonly texts: readonly Text[] };
type Routed = Point & { readonly points: readonly Point[]; readonly lines: readonly string[] };

function textsOf(node: FlowNode): readonly Text[] {
  if (node.kind !== "step") return wrapped(node.text, LETTERS).map((text) => ({ text, style: node.kind === "choice" ? "badge" : "name" }));
  const { name, badge, lines, undo } = node;
  return [
    { text: name, style: "name" },
    { text: badge, style: "badge" },
    ...lines.flatMap((line) => wrapped(line, LETTERS)).map((text): Text => ({ text, style: "line" })),
    ...(undo === undefined ? [] : wrapped(undo, LETTERS)).map((text): Text => ({ text, style: "undo" })),
  ];
}

function sizeOf({ kind }: FlowNode, texts: readonly Text[]): { readonly width: number; readonly height: number } {
  const widest = Math.max(...texts.map(({ text, style }) => textWidth(text, style === "name" ? BOLD : FONT)));
  const width = widest + 2 * PADDING;
  const height = texts.length * LINE + 2 * PADDING - 4;
  if (kind === "choice") return { width: width * 1.5, height: height * 1.5 };
  if (kind === "join") return { width: Math.max(width, height), height: Math.max(width, height) };
  const hasUndo = texts.some(({ style }) => style === "undo");
  return { width, height: height + (hasUndo ? 10 : 0) };
}
