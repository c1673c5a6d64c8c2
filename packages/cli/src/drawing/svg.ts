import type { Flow } from "@troupe/saga-coordinator/core";
import { type Arrow, type Box, FONT, LINE, layoutOf, type Point } from "./layout.ts";

/** Colours as rules, so that the image follows the reader's light or dark theme. */
const STYLE = `
    text { font-family: system-ui, "Segoe UI", Helvetica, Arial, sans-serif; font-size: ${FONT}px; fill: #1f2328 }
    .paper { fill: #ffffff } .box { fill: #f6f8fa; stroke: #57606a; stroke-width: 1.2 }
    .pivot { stroke: #953800; stroke-width: 3 } .optional { stroke-dasharray: 6 4 }
    .round { fill: #ddf4ff; stroke: #0969da; stroke-width: 1.2 } .behind { fill: #eaeef2; stroke: #57606a; stroke-width: 1.2 }
    .name { font-weight: 600; font-size: ${FONT + 1}px } .badge { fill: #57606a } .undo { fill: #a40e26 }
    .rule { stroke: #a40e26; stroke-width: 1; stroke-dasharray: 3 3 } .label { font-size: ${FONT - 1}px }
    .arrow { fill: none; stroke: #57606a; stroke-width: 1.3 } .fallback { stroke-dasharray: 5 4 } .tip { fill: #57606a }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 } .paper { fill: #0d1117 } .box { fill: #161b22; stroke: #8b949e } .behind { fill: #21262d; stroke: #8b949e }
      .pivot { stroke: #f0883e } .round { fill: #0c2d6b; stroke: #58a6ff } .badge { fill: #9da7b3 } .undo { fill: #ff9492 }
      .rule { stroke: #ff9492 } .arrow { stroke: #9da7b3 } .tip { fill: #9da7b3 }
    }`;

/** The flow as an SVG image that needs no browser, script or font to be drawn. */
export function svgOf(flow: Flow): string {
  const { width, height, boxes, arrows } = layoutOf(flow);
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img">`,
    `  <title>${escaped(flow.title)}</title>`,
    ...(flow.description === undefined ? [] : [`  <desc>${escaped(flow.description)}</desc>`]),
    `  <style>${STYLE}\n  </style>`,
    '  <defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="tip" d="M0 1 L10 5 L0 9 z"/></marker></defs>',
    `  <rect class="paper" width="${w}" height="${h}" rx="8"/>`,
    ...arrows.map(arrowOf),
    ...boxes.flatMap(boxOf),
    ...arrows.flatMap(labelOf),
    "</svg>",
  ];
  return `${lines.join("\n")}\n`;
}

const number = (value: number): string => String(Math.round(value * 10) / 10);
const at = ({ x, y }: Point): string => `${number(x)} ${number(y)}`;

/** Straight at both ends, rounded at the bends. */
function arrowOf({ edge, points }: Arrow): string {
  const [first = { x: 0, y: 0 }, ...rest] = points;
  const last = rest.at(-1) ?? first;
  const bends = rest.slice(0, -1).map((bend, index) => {
    const next = rest[index + 1] ?? last;
    const end = index === rest.length - 2 ? last : { x: (bend.x + next.x) / 2, y: (bend.y + next.y) / 2 };
    return `Q ${at(bend)} ${at(end)}`;
  });
  const path = [`M ${at(first)}`, ...(bends.length === 0 ? [`L ${at(last)}`] : bends)].join(" ");
  return `  <path class="arrow${edge.kind === "fallback" ? " fallback" : ""}" d="${path}" marker-end="url(#tip)"/>`;
}

function labelOf({ label }: Arrow): readonly string[] {
  if (label === undefined) return [];
  const { x, y, lines } = label;
  const top = y - ((lines.length - 1) * (LINE - 1)) / 2 + 4;
  const width = Math.max(...lines.map((line) => line.length)) * 6.4 + 6;
  return [
    `  <rect class="paper" x="${number(x - width / 2)}" y="${number(top - 13)}" width="${number(width)}" height="${lines.length * (LINE - 1) + 2}" rx="3"/>`,
    ...lines.map(
      (line, index) =>
        `  <text class="label" text-anchor="middle" x="${number(x)}" y="${number(top + index * (LINE - 1))}">${escaped(line.trim())}</text>`,
    ),
  ];
}

function boxOf(box: Box): readonly string[] {
  return [...outlineOf(box), ...textsOf(box)];
}

function outlineOf({ node, x, y, width, height }: Box): readonly string[] {
  const [left, top] = [x - width / 2, y - height / 2];
  const rect = (style: string, radius: number, shift = 0): string =>
    `  <rect class="${style}" x="${number(left + shift)}" y="${number(top + shift)}" width="${number(width)}" height="${number(height)}" rx="${radius}"/>`;
  switch (node.kind) {
    case "start":
    case "end":
      return [rect("round", Math.min(height / 2, 18))];
    case "join":
      return [rect("round", width / 2)];
    case "choice":
      return [
        `  <path class="round" d="M ${at({ x, y: top })} L ${at({ x: left + width, y })} L ${at({ x, y: top + height })} L ${at({ x: left, y })} z"/>`,
      ];
    case "step": {
      const style = ["box", node.pivot ? "pivot" : "", node.optional ? "optional" : ""].filter((name) => name !== "").join(" ");
      const radius = { observed: 3, commanded: 10, human: 3, wait: 18, saga: 3 }[node.stepKind];
      return [...(node.fanOut || node.stepKind === "saga" ? [rect("behind", radius, 5)] : []), rect(style, radius)];
    }
    default:
      return node satisfies never;
  }
}

function textsOf({ node, x, y, width, height, texts }: Box): readonly string[] {
  const isStep = node.kind === "step";
  const left = isStep ? x - width / 2 + 12 : x;
  const first = isStep ? y - height / 2 + 22 : y - ((texts.length - 1) * LINE) / 2 + 4;
  const undoFrom = texts.findIndex(({ style }) => style === "undo");
  const topOf = (index: number): number => first + index * LINE + (undoFrom >= 0 && index >= undoFrom ? 8 : 0);
  const rule =
    undoFrom < 0 ? [] : [`  <path class="rule" d="M ${at({ x: x - width / 2 + 6, y: topOf(undoFrom) - 16 })} h ${number(width - 12)}"/>`];
  const anchor = isStep ? "" : ' text-anchor="middle"';
  return [
    ...rule,
    ...texts.map(
      ({ text, style }, index) =>
        `  <text class="${style}"${anchor} x="${number(left + (text.startsWith("  ") ? 10 : 0))}" y="${number(topOf(index))}">${escaped(text.trim())}</text>`,
    ),
  ];
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
