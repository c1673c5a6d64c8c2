import type { ASTNode } from "@marcbachmann/cel-js";
import { nodesIn } from "./environment.ts";

/** What an expression reads: `start.lines[0].sku` gives root `start` and path `["lines"]` (up to the first computed part). */
export type Reference = { readonly root: string; readonly path: readonly string[] };

/** Every path that starts at a variable. A variable of a macro (`lines.map(l, l.sku)`) shows up as a root of its own. */
export function referencesOf(ast: ASTNode): readonly Reference[] {
  const found: Reference[] = [];
  collect(ast, found);
  return found;
}

function collect(node: ASTNode, found: Reference[]): void {
  let current = node;
  let path: string[] = [];
  while (isAccess(current)) {
    const [of, by] = current.args;
    const key = keyOf(current);
    if (key === undefined && typeof by !== "string") collect(by, found);
    path = key === undefined ? [] : [key, ...path];
    current = of;
  }
  if (current.op === "id") found.push({ root: current.args, path });
  else for (const child of nodesIn(current.args)) collect(child, found);
}

export type Access = Extract<ASTNode, { op: "." | ".?" | "[]" | "[?]" }>;
export const isAccess = (node: ASTNode): node is Access => [".", ".?", "[]", "[?]"].includes(node.op);

/** The name by which a part is read; undefined when it is computed. */
export function keyOf({ args: [, by] }: Access): string | undefined {
  if (typeof by === "string") return by;
  return by.op === "value" && typeof by.args === "string" ? by.args : undefined;
}

/** `start.note` of a path of names, undefined when a part is computed. */
export function pathOf(node: ASTNode): string | undefined {
  if (node.op === "id") return node.args;
  if (!isAccess(node)) return undefined;
  const [of] = node.args;
  const [before, key] = [pathOf(of), keyOf(node)];
  return before === undefined || key === undefined ? undefined : `${before}.${key}`;
}

/**
 * Every part that is read, as a path: `start.lines[].sku` for `start.lines[0].sku` as well as for
 * `start.lines.exists(line, line.sku == "a")`. Variables of macros are gone; `bound`: what others stand for.
 */
export function pathsRead(node: ASTNode, bound: ReadonlyMap<string, string> = new Map()): readonly string[] {
  const own = readPath(node, bound);
  if (own !== undefined) return [own, ...computedIn(node).flatMap((part) => pathsRead(part, bound))];
  if (node.op !== "rcall") return nodesIn(node.args).flatMap((part) => pathsRead(part, bound));
  const [name, receiver, args] = node.args;
  const [variable, ...bodies] = args;
  if (!LOOPS.has(name) || variable?.op !== "id") return [receiver, ...args].flatMap((part) => pathsRead(part, bound));
  const whole = readPath(receiver, bound);
  // Of a computed list nothing is known; what it was computed from is read anyway.
  const inner = new Map(bound).set(variable.args, whole === undefined ? "" : `${whole}[]`);
  return [...pathsRead(receiver, bound), ...bodies.flatMap((body) => pathsRead(body, inner))];
}

const LOOPS: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "map", "filter"]);

/** Undefined for what is no path; also for a path that begins at a computed value. */
function readPath(node: ASTNode, bound: ReadonlyMap<string, string>): string | undefined {
  if (node.op === "id") return bound.get(node.args) ?? node.args;
  if (!isAccess(node)) return undefined;
  const [before, key] = [readPath(node.args[0], bound), keyOf(node)];
  if (before === undefined || before === "") return before;
  return key === undefined ? `${before}[]` : `${before}.${key}`;
}

/** `a[b]`: what `b` reads. */
function computedIn(node: ASTNode): readonly ASTNode[] {
  if (!isAccess(node)) return [];
  const [of, by] = node.args;
  return [...computedIn(of), ...(typeof by === "string" || by.op === "value" ? [] : [by])];
}
