import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import { reasonOf, type Value } from "@troupe/kernel";

/** What an expression reads: `start.lines[0].sku` gives root `start` and path `["lines"]` (up to the first computed part). */
export type Reference = { readonly root: string; readonly path: readonly string[] };

export type Expression = {
  readonly text: string;
  readonly references: readonly Reference[];
  /** Throws when a value it needs is missing or null, or when the result is no data. Synchronous and pure. */
  readonly evaluate: (scope: { readonly [root: string]: unknown }) => Value;
};

/** `payload`: what a saga emits, over saga, start and steps. `event`: a correlation, over the event alone. */
export type Scope = "payload" | "event";
const ROOTS: { readonly [scope in Scope]: readonly string[] } = { payload: ["saga", "start", "steps"], event: ["event"] };

export type CompileExpression = (scope: Scope, text: string) => Expression | { readonly invalid: string };

/** A compiler of CEL text. Made once per definition: setting an environment up costs more than a thousand evaluations. */
export function createExpressionCompiler(): CompileExpression {
  const environments = { payload: environmentOf("payload"), event: environmentOf("event") };
  return (scope, text) => {
    try {
      const program = environments[scope].parse(text);
      const check = program.check();
      if (!check.valid) return { invalid: summaryOf(check.error) };
      return { text, references: referencesOf(program.ast), evaluate: (values) => toData(program(values)) };
    } catch (error) {
      return { invalid: summaryOf(error) };
    }
  };
}

function environmentOf(scope: Scope): Environment {
  const environment = new Environment({ unlistedVariablesAreDyn: false, homogeneousAggregateLiterals: false });
  for (const root of ROOTS[scope]) environment.registerVariable(root, "map");
  return environment;
}

/** The library's messages carry a drawing of the source over several lines; the first says what is wrong. */
export function summaryOf(error: unknown): string {
  return reasonOf(error).split("\n")[0] ?? "";
}

/** CEL may yield values that no event can carry (timestamps, durations, types, functions of maps): those are refused. */
function toData(result: unknown): Value {
  if (result === null || ["boolean", "number", "bigint", "string"].includes(typeof result)) return result as Value; // tested on this line
  if (result instanceof Uint8Array) return result;
  if (Array.isArray(result)) return result.map(toData);
  if (typeof result === "object" && isPlain(result)) {
    return Object.fromEntries(Object.entries(result).map(([key, value]) => [key, toData(value)]));
  }
  throw new TypeError(
    `the result is no data but ${typeof result === "object" ? (result?.constructor?.name ?? "an object") : typeof result}`,
  );
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

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
    const key = typeof by === "string" ? by : by.op === "value" && typeof by.args === "string" ? by.args : undefined;
    if (key === undefined && typeof by !== "string") collect(by, found);
    path = key === undefined ? [] : [key, ...path];
    current = of;
  }
  if (current.op === "id") found.push({ root: current.args, path });
  else for (const child of nodesIn(current.args)) collect(child, found);
}

type Access = Extract<ASTNode, { op: "." | ".?" | "[]" | "[?]" }>;
const isAccess = (node: ASTNode): node is Access => [".", ".?", "[]", "[?]"].includes(node.op);

function nodesIn(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(nodesIn);
  const isNode = typeof args === "object" && args !== null && "op" in args && "args" in args;
  return isNode ? [args as ASTNode] : []; // the library's only objects with op and args
}
