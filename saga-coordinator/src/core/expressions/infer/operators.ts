import { BOOL, branchesOf, type CelType, decimalOf, INT, join, joinDecimals, TEXT, TIMESTAMP } from "../types/cel-types.ts";

/** Type of `left op right`, neither of which is nullable; undefined: the operator is not defined for them. */
export function operatorType(op: string, left: CelType, right: CelType): CelType | undefined {
  if (op === "==" || op === "!=") return comparable(left, right) ? BOOL : undefined;
  if (op === "in") return membership(left, right);
  if (left.kind === "any" || right.kind === "any") return ORDER.has(op) ? BOOL : { kind: "any" };
  if (left.kind === "union" || right.kind === "union") return overBranches(op, left, right);
  if (ORDER.has(op)) return orderable(left, right) ? BOOL : undefined;
  return arithmetic(op, left, right);
}

const ORDER: ReadonlySet<string> = new Set(["<", "<=", ">", ">="]);
/** Kinds that are compared exactly with each other. */
const MIXED: ReadonlySet<string> = new Set(["int double", "double int", "int decimal", "decimal int"]);
const ORDERED: ReadonlySet<string> = new Set(["int", "uint", "double", "decimal", "text", "bool", "timestamp", "interval"]);

function orderable(left: CelType, right: CelType): boolean {
  return left.kind === right.kind ? ORDERED.has(left.kind) : MIXED.has(`${left.kind} ${right.kind}`);
}

/** Whether the two can be equal at all. */
export function comparable(left: CelType, right: CelType): boolean {
  const [a, b] = [withoutNull(left), withoutNull(right)];
  if (a.kind === "any" || b.kind === "any" || a.kind === "null" || b.kind === "null") return true;
  if (a.kind === "union" || b.kind === "union") return branchesOf(a).some((one) => branchesOf(b).some((other) => comparable(one, other)));
  if (a.kind === "list" && b.kind === "list") return comparable(a.of, b.of);
  if (a.kind === "text" && b.kind === "text") return unknownSymbol(a, b) === undefined;
  if (isStructure(a) && isStructure(b)) return true;
  return a.kind === b.kind || MIXED.has(`${a.kind} ${b.kind}`);
}

const isStructure = ({ kind }: CelType): boolean => kind === "map" || kind === "record";
export const withoutNull = (type: CelType): CelType => (type.kind === "nullable" ? type.of : type);

/** A literal that the enum on the other side does not have. */
export function unknownSymbol(left: CelType, right: CelType): { readonly symbol: string; readonly allowed: readonly string[] } | undefined {
  const [a, b] = [symbolsOf(left), symbolsOf(right)];
  if (a === undefined || b === undefined || a.some((symbol) => b.includes(symbol))) return undefined;
  const [[one = ""], [other = ""]] = [a, b];
  return a.length === 1 ? { symbol: one, allowed: b } : b.length === 1 ? { symbol: other, allowed: a } : undefined;
}

function symbolsOf(type: CelType): readonly string[] | undefined {
  const inner = withoutNull(type);
  return inner.kind === "text" ? inner.symbols : undefined;
}

function membership(item: CelType, whole: CelType): CelType | undefined {
  if (whole.kind === "any") return BOOL;
  if (whole.kind === "list") return comparable(item, whole.of) ? BOOL : undefined;
  if (whole.kind === "map" || whole.kind === "record") return ["text", "any"].includes(item.kind) ? BOOL : undefined;
  return undefined;
}

function overBranches(op: string, left: CelType, right: CelType): CelType | undefined {
  const results = branchesOf(left).flatMap((one) => branchesOf(right).map((other) => operatorType(op, one, other)));
  return results.reduce((all, one) => (all === undefined || one === undefined ? undefined : join(all, one)));
}

function arithmetic(op: string, left: CelType, right: CelType): CelType | undefined {
  const decimal = decimalArithmetic(op, left, right);
  if (decimal !== undefined) return decimal;
  switch (`${left.kind} ${op} ${right.kind}`) {
    case "int + int":
    case "int - int":
    case "int * int":
    case "int / int":
    case "int % int":
      return INT;
    case "double + double":
    case "double - double":
    case "double * double":
    case "double / double":
      return { kind: "double" };
    case "uint + uint":
    case "uint - uint":
    case "uint * uint":
    case "uint / uint":
    case "uint % uint":
      return { kind: "uint" };
    case "text + text":
      return TEXT;
    case "bytes + bytes":
      return { kind: "bytes" };
    case "list + list":
      return join(left, right);
    case "timestamp + interval":
    case "timestamp - interval":
    case "interval + timestamp":
      return TIMESTAMP;
    case "timestamp - timestamp":
    case "interval + interval":
    case "interval - interval":
      return { kind: "interval" };
    default:
      return undefined;
  }
}

/** Sums keep the larger scale, products add the scales; how many digits stand before the point shows when it runs. */
function decimalArithmetic(op: string, left: CelType, right: CelType): CelType | undefined {
  const [a, b] = [left.kind === "int" ? decimalOf(undefined, 0) : left, right.kind === "int" ? decimalOf(undefined, 0) : right];
  if (a.kind !== "decimal" || b.kind !== "decimal" || (left.kind === "int" && right.kind === "int")) return undefined;
  if (op === "+" || op === "-") return decimalOf(undefined, joinDecimals(a, b).scale);
  if (op !== "*") return undefined;
  return decimalOf(undefined, a.scale === undefined || b.scale === undefined ? undefined : a.scale + b.scale);
}

/** What to write instead of an operator that is not defined; empty when nothing comes to mind. */
export function operatorHint(left: CelType, right: CelType): string {
  const kinds = [left.kind, right.kind];
  if (kinds.includes("decimal") && kinds.includes("double")) return '; a decimal is exact, so write the number as decimal("12.50")';
  if (kinds.includes("decimal") && kinds.includes("text")) return "; turn the text into a number with decimal(...)";
  if (kinds.includes("int") && kinds.includes("double")) return "; turn the whole number into a double with double(...)";
  if (kinds.includes("timestamp") && kinds.includes("text")) return '; write the instant as timestamp("2026-01-31T00:00:00Z")';
  if (kinds.includes("timestamp") && kinds.includes("int")) return '; write a length of time as duration("1h")';
  if (kinds.includes("text") && kinds.includes("int")) return "; turn the number into text with string(...)";
  return "";
}
