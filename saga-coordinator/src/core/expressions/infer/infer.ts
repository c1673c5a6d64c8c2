import type { ASTNode } from "@marcbachmann/cel-js";
import { unknownName } from "../../definition/problems.ts";
import { isAccess } from "../references.ts";
import { ANY, BOOL, type CelType, INT, join, NULL, typeText } from "../types/cel-types.ts";
import { accessType } from "./infer-access.ts";
import { callType } from "./infer-calls.ts";
import { knownWhen } from "./known-paths.ts";
import { operatorHint, operatorType, unknownSymbol } from "./operators.ts";
import { demandBool, type ExpressionProblem, isKnown, type Room, report, solid, textAt, withKnown } from "./room.ts";

/** The type of an expression over its variables, and what is wrong with it. */
export function inferType(
  ast: ASTNode,
  { text, variables }: Pick<Room, "text" | "variables">,
): { readonly type: CelType; readonly problems: readonly ExpressionProblem[] } {
  const problems: ExpressionProblem[] = [];
  const type = infer(ast, { text, variables, known: new Set(), problems, infer });
  return { type, problems };
}

/** What is wrong goes to the room's problems, and is `any` from there on. */
function infer(node: ASTNode, room: Room): CelType {
  if (isAccess(node)) return accessType(node, room);
  switch (node.op) {
    case "value":
      return literalType(node.args);
    case "id":
      return variableType(node, room);
    case "call":
    case "rcall":
      return callType(node, room);
    case "list":
      return { kind: "list", of: node.args.map((item) => infer(item, room)).reduce(join, node.args.length === 0 ? ANY : NEVER) };
    case "map":
      return mapType(node, room);
    case "?:":
      return choiceType(node, room);
    case "&&":
    case "||":
      return logicType(node, room);
    case "!_":
      demandBool(room, node.args);
      return BOOL;
    case "-_":
      return negation(node, room);
    default:
      return binaryType(node, room);
  }
}

/** Joins with anything as that thing. */
const NEVER: CelType = { kind: "union", branches: [] };

function literalType(value: unknown): CelType {
  if (value === null) return NULL;
  if (typeof value === "string") return { kind: "text", symbols: [value] };
  if (typeof value === "bigint") return { kind: "int", min: value, max: value };
  if (typeof value === "boolean") return BOOL;
  if (typeof value === "number") return { kind: "double" };
  return value instanceof Uint8Array ? { kind: "bytes" } : { kind: "uint" };
}

type Of<Op extends ASTNode["op"]> = Extract<ASTNode, { op: Op }>;

function variableType(node: Of<"id">, room: Room): CelType {
  const type = room.variables.get(node.args);
  if (type?.kind === "record" && type.name === "steps") {
    const message = `\`${room.text}\` reads steps as a whole; allowed is the result of one step, such as steps.ship`;
    report(room, node, { code: "expression-invalid", message });
    return ANY;
  }
  if (type !== undefined) return type;
  const allowed = [...room.variables.keys()];
  report(room, node, {
    code: "expression-invalid",
    message: unknownName(`\`${node.args}\` is unknown here`, { found: node.args, allowed }),
  });
  return ANY;
}

function mapType(node: Of<"map">, room: Room): CelType {
  const entries = node.args.map(([key, value]) => ({ key, type: infer(value, room) }));
  const fields = entries.flatMap(({ key, type }) =>
    key.op === "value" && typeof key.args === "string" ? [[key.args, { type }] as const] : [],
  );
  for (const { key } of entries) if (key.op !== "value") infer(key, room);
  if (fields.length < entries.length) return { kind: "map", of: entries.map(({ type }) => type).reduce(join, NEVER) };
  return { kind: "record", name: "written here", fields: new Map(fields) };
}

function choiceType({ args: [condition, then, otherwise] }: Of<"?:">, room: Room): CelType {
  demandBool(room, condition);
  const [yes, no] = [withKnown(room, knownWhen(condition, true)), withKnown(room, knownWhen(condition, false))];
  return join(narrowed(then, yes), narrowed(otherwise, no));
}

/** A path that a test has shown is no longer nullable. */
function narrowed(node: ASTNode, room: Room): CelType {
  const type = infer(node, room);
  return type.kind === "nullable" && isKnown(room, node) ? type.of : type;
}

function logicType(node: Of<"&&" | "||">, room: Room): CelType {
  const [left, right] = node.args;
  demandBool(room, left);
  // What stands right is read only where the left did not decide.
  demandBool(withKnown(room, knownWhen(left, node.op === "&&")), right);
  return BOOL;
}

function negation(node: Of<"-_">, room: Room): CelType {
  const type = solid(room, node.args, infer(node.args, room));
  if (type.kind === "int" && type.min !== undefined && type.max !== undefined) return { kind: "int", min: -type.max, max: -type.min };
  if (["int", "double", "any"].includes(type.kind)) return type.kind === "int" ? INT : type;
  const message = `\`${textAt(room, node)}\`: - is not defined for ${typeText(type)}`;
  report(room, node, { code: "expression-type", message: type.kind === "decimal" ? `${message}; write 0 - ...` : message });
  return ANY;
}

/** Words of a list that is written out which the enum before `in` does not have: one that it has hides the others. */
function reportStrangers(left: CelType, list: ASTNode, room: Room): void {
  if (list.op !== "list") return;
  for (const item of list.args) {
    if (item.op !== "value" || typeof item.args !== "string") continue;
    const symbol = unknownSymbol({ kind: "text", symbols: [item.args] }, left);
    if (symbol?.symbol !== item.args) continue;
    const message = unknownName(`\`${textAt(room, item)}\` can never be equal`, { found: symbol.symbol, allowed: symbol.allowed });
    report(room, item, { code: "symbol-unknown", message });
  }
}

type Binary = Extract<ASTNode, { op: "==" | "!=" | "in" | "+" | "-" | "*" | "/" | "%" | "<" | "<=" | ">" | ">=" }>;

function binaryType(node: Binary, room: Room): CelType {
  const [leftNode, rightNode] = node.args;
  const equality = node.op === "==" || node.op === "!=";
  const typeOf = (side: ASTNode): CelType => (equality ? infer(side, room) : solid(room, side, infer(side, room)));
  const [left, right] = [typeOf(leftNode), typeOf(rightNode)];
  const type = operatorType(node.op, left, right);
  if (type !== undefined) {
    if (node.op === "in") reportStrangers(left, rightNode, room);
    return type;
  }
  const symbol = unknownSymbol(left, right.kind === "list" ? right.of : right);
  if (symbol !== undefined) {
    const message = unknownName(`\`${textAt(room, node)}\` can never be equal`, { found: symbol.symbol, allowed: symbol.allowed });
    report(room, node, { code: "symbol-unknown", message });
    return BOOL;
  }
  const what = `\`${textAt(room, node)}\`: ${node.op} is not defined for ${typeText(left)} and ${typeText(right)}`;
  report(room, node, { code: "expression-type", message: what + operatorHint(left, right) });
  return ANY;
}
