import type { Flow, FlowEdge, FlowNode, StepBox } from "./flow.ts";

/** A Mermaid flowchart: solid arrows are `after`, dotted ones fallbacks and compensations. Colours are left to the page's theme. */
export function mermaidOf(flow: Flow): string {
  const lines = [
    "---",
    `title: ${JSON.stringify(flow.title)}`,
    "---",
    "flowchart TD",
    ...flow.nodes.flatMap(nodeLines),
    ...flow.edges.map(edgeLine),
    "  classDef pivot stroke-width:4px",
    "  classDef optional stroke-dasharray:6 4",
    "  classDef undo stroke-dasharray:2 3",
    ...classLines(flow.nodes),
  ];
  return `${lines.join("\n")}\n`;
}

function nodeLines(node: FlowNode): readonly string[] {
  switch (node.kind) {
    case "start":
    case "end":
      return [`  ${node.id}([${quoted(node.text)}])`];
    case "choice":
      return [`  ${node.id}{${quoted(node.text)}}`];
    case "join":
      return [`  ${node.id}((${quoted(node.text)}))`];
    case "step":
      return stepLines(node.id, node);
    default:
      return node satisfies never;
  }
}

/** Kind to the brackets around the text: what is asked looks different from what is only watched. */
const BRACKETS: { readonly [kind in StepBox["stepKind"]]: readonly [string, string] } = {
  observed: ["[", "]"],
  commanded: ["[[", "]]"],
  human: ["[/", "\\]"],
  wait: ["{{", "}}"],
  saga: ["[(", ")]"],
};

function stepLines(id: string, { name, stepKind, badge, lines, undo }: StepBox): readonly string[] {
  const [open, close] = BRACKETS[stepKind];
  const text = [`<b>${escaped(name)}</b> (${escaped(badge)})`, ...lines.map(escaped)].join("<br/>");
  const box = `  ${id}${open}"${text}"${close}`;
  return undo === undefined ? [box] : [box, `  ${id}_undo>${quoted(undo)}]`, `  ${id} -.- ${id}_undo`];
}

function edgeLine({ from, to, label, kind }: FlowEdge): string {
  const arrow = kind === "fallback" ? "-.->" : "-->";
  return label === undefined ? `  ${from} ${arrow} ${to}` : `  ${from} ${arrow}|${quoted(label)}| ${to}`;
}

function classLines(nodes: readonly FlowNode[]): readonly string[] {
  const named = (name: string, ids: readonly string[]): readonly string[] => (ids.length === 0 ? [] : [`  class ${ids.join(",")} ${name}`]);
  const steps = nodes.filter((node) => node.kind === "step");
  return [
    ...named(
      "pivot",
      steps.filter(({ pivot }) => pivot).map(({ id }) => id),
    ),
    ...named(
      "optional",
      steps.filter(({ optional }) => optional).map(({ id }) => id),
    ),
    ...named(
      "undo",
      steps.filter(({ undo }) => undo !== undefined).map(({ id }) => `${id}_undo`),
    ),
  ];
}

const quoted = (text: string): string => `"${escaped(text)}"`;

/** Mermaid reads quotes, angle brackets and # inside a label; as entities they are what they look like. */
function escaped(text: string): string {
  return text.replaceAll("#", "#35;").replaceAll('"', "#quot;").replaceAll("<", "#lt;").replaceAll(">", "#gt;");
}
