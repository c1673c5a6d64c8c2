import type { AnyNode } from "acorn";
import { type Operator, type Place, replace, replaceBetween, sliceOf } from "./edits.ts";
import { VALUE_OPERATORS } from "./value-operators.ts";

const SWAPPED: { readonly [operator: string]: string } = {
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "===": "!==",
  "!==": "===",
  "&&": "||",
  "||": "&&",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "+=": "-=",
  "-=": "+=",
  "++": "--",
  "--": "++",
};
const METHODS: { readonly [method: string]: string } = {
  some: "every",
  every: "some",
  find: "findLast",
  findLast: "find",
  startsWith: "endsWith",
  endsWith: "startsWith",
  min: "max",
  max: "min",
};
/** Calls whose result may be what they were called on. */
const IDENTITY_LIKE = new Set(["sort", "toSorted", "reverse", "toReversed", "trim", "toLowerCase", "slice"]);
const CONDITIONALS = new Set(["IfStatement", "ConditionalExpression", "WhileStatement", "DoWhileStatement", "ForStatement"]);

const isBinary = (node: AnyNode, ...operators: readonly string[]): boolean =>
  node.type === "BinaryExpression" && operators.includes(node.operator);
const isText = (node: AnyNode): boolean => node.type === "TemplateLiteral" || (node.type === "Literal" && typeof node.value === "string");

/** Swaps the sign between the two operands of a node. */
function swapSign({ node, code }: Place, ...signs: readonly string[]): ReturnType<Operator["at"]> {
  if (node.type !== "BinaryExpression" && node.type !== "LogicalExpression" && node.type !== "AssignmentExpression") return [];
  const swapped = SWAPPED[node.operator];
  if (swapped === undefined || !signs.includes(node.operator)) return [];
  return replaceBetween(code, [node.left.end, node.right.start], [node.operator, swapped]);
}

/** Where another operator makes the same change, this one keeps away: `!(a === b)` is `a !== b`, and `!(!a)` is `a`. */
const isCondition = ({ node, parent, role }: Place): boolean =>
  role === "test" &&
  CONDITIONALS.has(parent?.type ?? "") &&
  !isBinary(node, "===", "!==") &&
  !(node.type === "UnaryExpression" && node.operator === "!");

function swapMethod({ node, code }: Place): ReturnType<Operator["at"]> {
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression" || node.callee.property.type !== "Identifier") return [];
  const { object, property } = node.callee;
  const [first] = node.arguments;
  const swapped = METHODS[property.name];
  if (swapped !== undefined && !node.callee.computed) return replace(property, swapped);
  if (property.name === "filter" && first) return replace(first, `((...all) => !(${sliceOf(code, first)})(...all))`);
  if (IDENTITY_LIKE.has(property.name)) return replace(node, `(${sliceOf(code, object)})`);
  return [];
}

function dropStatement({ node }: Place): ReturnType<Operator["at"]> {
  if (node.type !== "ExpressionStatement") return [];
  const { type } = node.expression;
  const acts = type === "CallExpression" || type === "AssignmentExpression" || type === "UpdateExpression" || type === "UnaryExpression";
  return acts ? replace(node, ";") : [];
}

function returnNothing({ node, role, parent }: Place): ReturnType<Operator["at"]> {
  const isNothing = (value: AnyNode): boolean => value.type === "Identifier" && value.name === "undefined";
  if (node.type === "ReturnStatement") return node.argument && !isNothing(node.argument) ? replace(node.argument, "undefined") : [];
  const isBody = role === "body" && parent?.type === "ArrowFunctionExpression" && node.type !== "BlockStatement";
  return isBody && !isNothing(node) ? replace(node, "(undefined)") : [];
}

function requireChain({ node, code }: Place): ReturnType<Operator["at"]> {
  if (node.type === "CallExpression" && node.optional) return replaceBetween(code, [node.callee.end, node.end], ["?.", ""]);
  if (node.type !== "MemberExpression" || !node.optional) return [];
  return replaceBetween(code, [node.object.end, node.property.start], ["?.", node.computed ? "" : "."]);
}

function dropSpread({ node, parent }: Place): ReturnType<Operator["at"]> {
  if (node.type !== "SpreadElement") return [];
  if (parent?.type === "ArrayExpression") return replace(node.argument, "[]");
  return parent?.type === "ObjectExpression" ? replace(node.argument, "{}") : [];
}

/** The whole set; docs/mutation-of-the-core.md lists it and a test compares both. */
export const OPERATORS: readonly Operator[] = [
  {
    name: "negate-condition",
    says: "the condition of `if`, `? :` and loops is negated",
    at: (place) => (isCondition(place) ? replace(place.node, `!(${sliceOf(place.code, place.node)})`) : []),
  },
  { name: "move-boundary", says: "`<` and `<=`, `>` and `>=` change places", at: (place) => swapSign(place, "<", "<=", ">", ">=") },
  { name: "flip-equality", says: "`===` and `!==` change places", at: (place) => swapSign(place, "===", "!==") },
  { name: "swap-and-or", says: "`&&` and `||` change places", at: (place) => swapSign(place, "&&", "||") },
  {
    name: "drop-default",
    says: "`a ?? b` becomes `a`",
    at: ({ node, code }) =>
      node.type === "LogicalExpression" && node.operator === "??" ? replace(node, `(${sliceOf(code, node.left)})`) : [],
  },
  {
    name: "drop-not",
    says: "`!a` becomes `a`",
    at: ({ node, code }) =>
      node.type === "UnaryExpression" && node.operator === "!" ? replace(node, `(${sliceOf(code, node.argument)})`) : [],
  },
  {
    name: "swap-arithmetic",
    says: "`+` and `-`, `*` and `/`, `+=` and `-=`, `++` and `--` change places, `%` becomes `*`; not where texts are joined",
    at: (place) => {
      const { node, code } = place;
      if (node.type === "UpdateExpression")
        return replaceBetween(code, [node.start, node.end], [node.operator, SWAPPED[node.operator] ?? ""]);
      if (isBinary(node, "+") && node.type === "BinaryExpression" && (isText(node.left) || isText(node.right))) return [];
      return swapSign(place, "+", "-", "*", "/", "%", "+=", "-=");
    },
  },
  { name: "drop-statement", says: "a statement that calls, assigns, counts or deletes goes away", at: dropStatement },
  { name: "return-nothing", says: "a function returns `undefined` in place of what it returns", at: returnNothing },
  { name: "require-chain", says: "`a?.b` becomes `a.b`", at: requireChain },
  {
    name: "swap-method",
    says: "`some` and `every`, `find` and `findLast`, `startsWith` and `endsWith`, `min` and `max` change places; `filter` keeps the others; `sort`, `reverse`, `slice`, `trim`, `toLowerCase` do nothing",
    at: swapMethod,
  },
  { name: "drop-spread", says: "`...a` in an array or object adds nothing", at: dropSpread },
  ...VALUE_OPERATORS,
];
