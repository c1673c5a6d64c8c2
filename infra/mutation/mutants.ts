import { type AnyNode, parse } from "acorn";
import { codeOf, hashOf, textOf } from "./core-tree.ts";
import type { Edit } from "./edits.ts";
import { OPERATORS } from "./operators.ts";

export type Mutant = Edit & {
  readonly id: string;
  readonly path: string;
  readonly line: number;
  /** The line as it stands in the source, and what the edit replaces: how a person finds it again. */
  readonly written: string;
  readonly before: string;
};

/** All mutants of one source, in the order of the text. */
export function mutantsOf(path: string): readonly Mutant[] {
  const code = codeOf(path);
  const lines = textOf(path).split("\n");
  const edits = editsOf(code).sort((a, b) => a.start - b.start || a.end - b.end || (a.operator < b.operator ? -1 : 1));
  return edits.map((edit) => {
    const line = code.slice(0, edit.start).split("\n").length;
    const written = (lines[line - 1] ?? "").trim();
    const before = code.slice(edit.start, edit.end).replaceAll(/\s+/g, " ");
    return { ...edit, path, line, written, before, id: hashOf(path, code, String(edit.start), String(edit.end), edit.text) };
  });
}

/** Every change that the operators can make in this code. Changes that a parser refuses are left out. */
export function editsOf(code: string): Edit[] {
  const found: Edit[] = [];
  walk(parseModule(code), { parent: undefined, role: "" }, (node, { parent, role }) => {
    for (const operator of OPERATORS) {
      for (const edit of operator.at({ node, parent, role, code })) found.push({ operator: operator.name, ...edit });
    }
  });
  return found.filter((edit) => isValid(apply(code, edit)));
}

export const apply = (code: string, edit: Edit): string => code.slice(0, edit.start) + edit.text + code.slice(edit.end);

const parseModule = (code: string): AnyNode => parse(code, { ecmaVersion: "latest", sourceType: "module" });

function isValid(code: string): boolean {
  try {
    parseModule(code);
    return true;
  } catch {
    return false;
  }
}

type Around = { readonly parent: AnyNode | undefined; readonly role: string };
type Visit = (node: AnyNode, around: Around) => void;

function walk(node: AnyNode, around: Around, visit: Visit): void {
  visit(node, around);
  for (const [role, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, { parent: node, role }, visit);
  }
}

/** acorn's nodes are the only objects of a tree that have a `type`. */
const isNode = (value: unknown): value is AnyNode => typeof value === "object" && value !== null && "type" in value;
