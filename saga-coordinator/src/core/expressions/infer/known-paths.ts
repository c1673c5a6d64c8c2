import type { ASTNode } from "@marcbachmann/cel-js";
import { isAccess, pathOf } from "../references.ts";

const NONE: ReadonlySet<string> = new Set();

/** Paths that are there and not null wherever `node` is `truth`. */
export function knownWhen(node: ASTNode, truth: boolean): ReadonlySet<string> {
  switch (node.op) {
    case "!_":
      return knownWhen(node.args, !truth);
    case "&&":
    case "||": {
      const [left, right] = [knownWhen(node.args[0], truth), knownWhen(node.args[1], truth)];
      // Where `a && b` is true both are; where it is false either may be, so only what both show.
      const both = (node.op === "&&") === truth;
      return new Set(both ? [...left, ...right] : [...left].filter((path) => right.has(path)));
    }
    case "==":
    case "!=":
      return (node.op === "==") === truth ? shownByEquality(node.args) : shownByNullTest(node.args);
    case "call":
      return truth && node.args[0] === "has" ? pathsTo(node.args[1][0]) : NONE;
    default:
      return NONE;
  }
}

type Sides = readonly [ASTNode, ASTNode];
const isNull = (node: ASTNode): boolean => node.op === "value" && node.args === null;

/** `x == "A"`: null equals nothing else. */
function shownByEquality([left, right]: Sides): ReadonlySet<string> {
  if (right.op === "value" && !isNull(right)) return pathsTo(left);
  return left.op === "value" && !isNull(left) ? pathsTo(right) : NONE;
}

/** `x != null` that is true, or `x == null` that is false. */
function shownByNullTest([left, right]: Sides): ReadonlySet<string> {
  if (isNull(right)) return pathsTo(left);
  return isNull(left) ? pathsTo(right) : NONE;
}

/** A path and what it goes through: `steps.a.b` also shows `steps.a`. */
function pathsTo(node: ASTNode | undefined): ReadonlySet<string> {
  const found = new Set<string>();
  for (let at = node; at !== undefined; at = isAccess(at) ? at.args[0] : undefined) {
    const path = pathOf(at);
    if (path !== undefined) found.add(path);
  }
  return found;
}
