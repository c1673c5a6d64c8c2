export { type Flow, type FlowEdge, type FlowNode, flowOf, type StepBox } from "./flow.ts";
export { mermaidOf } from "./mermaid.ts";
