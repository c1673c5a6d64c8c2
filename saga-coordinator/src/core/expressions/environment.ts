import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import { createMatcher } from "./patterns/pattern-machine.ts";
import { add, compare, DecimalNumber, decimalFromInt, decimalFromText, multiply, subtract } from "./values/decimal-number.ts";
import { textOf } from "./values/instants.ts";

/** Bounds of one expression: text in characters, then the library's own. */
export const EXPRESSION_LIMITS = { characters: 10_000, nodes: 5_000, depth: 100 } as const;

/** Name that stands for `has` when it runs: see `asRun`. */
const PRESENT = "isPresent";
/** Name that stands for `matches` when it runs: see `boundPatterns`. */
export const MATCHES_IN_TIME = "matchesInTime";

/** CEL as definitions speak it: the standard, plus exact decimals. Variables are the caller's. */
export function createEnvironment(): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: EXPRESSION_LIMITS.nodes, maxDepth: EXPRESSION_LIMITS.depth },
  });
  environment.registerType("decimal", { ctor: DecimalNumber, fields: {} });
  environment.registerFunction("decimal(string): decimal", decimalFromText);
  environment.registerFunction("decimal(int): decimal", decimalFromInt);
  environment.registerFunction("decimal(decimal): decimal", (value: DecimalNumber) => value);
  environment.registerFunction("string(decimal): string", String);
  environment.registerFunction("string(google.protobuf.Timestamp): string", textOf);
  environment.registerFunction(`string.${MATCHES_IN_TIME}(string): bool`, (text: string, pattern: string) => createMatcher(pattern)(text));
  registerOperators(environment);
  environment.registerFunction(`${PRESENT}(ast): bool`, presence);
  return environment;
}

type Operand = DecimalNumber | bigint;
const COMPARISONS: readonly (readonly [string, (order: number) => boolean])[] = [
  ["<", (order) => order < 0],
  ["<=", (order) => order <= 0],
  [">", (order) => order > 0],
  [">=", (order) => order >= 0],
];
const ARITHMETIC = [
  ["+", add],
  ["-", subtract],
  ["*", multiply],
] as const;

/** With whole numbers too, since they are exact; a double is not, so it has to be written as decimal("…"). */
function registerOperators(environment: Environment): void {
  for (const [left, right] of [
    ["decimal", "decimal"],
    ["decimal", "int"],
    ["int", "decimal"],
  ]) {
    // The library mirrors an equality by itself.
    if (left === "decimal") environment.registerOperator(`decimal == ${right}`, (a: Operand, b: Operand) => compare(a, b) === 0);
    for (const [operator, holds] of COMPARISONS)
      environment.registerOperator(`${left} ${operator} ${right}`, (a: Operand, b: Operand) => holds(compare(a, b)));
    for (const [operator, compute] of ARITHMETIC) environment.registerOperator(`${left} ${operator} ${right}: decimal`, compute);
  }
}

type Evaluator = { readonly run: (node: ASTNode, context: unknown) => unknown };
type Checker = { readonly getType: (name: string) => unknown; readonly check: (node: ASTNode, context: unknown) => unknown };

/** The library's own `has` is true for null and fails on a missing middle part; ours says whether a value is there. */
function presence({ args }: { readonly args: readonly [ASTNode] }): object {
  return {
    args,
    typeCheck: (checker: Checker, _: unknown, context: unknown) => {
      checker.check(rootOf(args[0]), context); // a variable is only readable once it is checked
      return checker.getType("bool");
    },
    evaluate: (evaluator: Evaluator, { args: [node] }: { readonly args: readonly [ASTNode] }, context: unknown) =>
      isThere(node, (root) => evaluator.run(root, context)),
  };
}

const rootOf = (node: ASTNode): ASTNode => (node.op === "." ? rootOf(node.args[0]) : node);

function isThere(node: ASTNode, read: (root: ASTNode) => unknown): boolean {
  return partOf(node, read) !== undefined;
}

/** The value of a path, undefined where a part of it is missing or null. */
function partOf(node: ASTNode, read: (root: ASTNode) => unknown): unknown {
  if (node.op !== ".") return node.op === "id" ? (read(node) ?? undefined) : undefined;
  const [of, name] = node.args;
  const whole = partOf(of, read);
  if (typeof whole !== "object" || whole === null || !Object.hasOwn(whole, name)) return undefined;
  return (whole as { readonly [name: string]: unknown })[name] ?? undefined; // an object, as just seen
}

/** The same text with `has` under the name of our own. Every other character stays what it is. */
export function asRun(text: string, ast: ASTNode): string {
  const places = placesOfHas(ast).sort((a, b) => b - a);
  return places.reduce((run, at) => `${run.slice(0, at)}${PRESENT}${run.slice(at + "has".length)}`, text);
}

/** The character of the text that was written, for one of the text as it runs. */
export function writtenAt(at: number, ast: ASTNode): number {
  const longer = PRESENT.length - "has".length;
  const before = placesOfHas(ast)
    .sort((a, b) => a - b)
    .filter((place, index) => place + index * longer + PRESENT.length <= at);
  return at - before.length * longer;
}

function placesOfHas(node: ASTNode): number[] {
  const here = node.op === "call" && node.args[0] === "has" && node.args[1].length === 1 ? [node.start] : [];
  return [...here, ...nodesIn(node.args).flatMap(placesOfHas)];
}

/** The library's own `matches` can take longer than a lifetime; ours stands in its place. Before the program first runs. */
export function boundPatterns(node: ASTNode): void {
  if (node.op === "rcall" && node.args[0] === "matches") (node.args as unknown as [string])[0] = MATCHES_IN_TIME; // a tree that is ours alone
  for (const inner of nodesIn(node.args)) boundPatterns(inner);
}

export function nodesIn(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn);
  const isNode = typeof args === "object" && args !== null && "op" in args && "args" in args;
  return isNode ? [args as ASTNode] : []; // the library's only objects with op and args
}
