import type { ProblemCode } from "../../definition/problems.ts";

/**
 * Type of a CEL expression, finer than CEL's own: it knows null, the symbols of an enum, the digits of a decimal and the
 * range of a whole number, so that a value can be held against the field it is for.
 */
export type CelType =
  /** Not known here; everything is allowed, and the running saga finds out. */
  | { readonly kind: "any" }
  | { readonly kind: "null" | "bool" | "double" | "bytes" | "timestamp" | "interval" | "uint" | "type" }
  /** Avro int and long, both CEL int. Without a range: computed, so it is checked when it runs. */
  | IntType
  | TextType
  | DecimalType
  | { readonly kind: "list"; readonly of: CelType }
  | { readonly kind: "map"; readonly of: CelType }
  | RecordType
  | { readonly kind: "nullable"; readonly of: CelType; readonly because?: Because }
  | { readonly kind: "union"; readonly branches: readonly CelType[] };

export type IntType = { readonly kind: "int"; readonly min?: bigint; readonly max?: bigint };
/** `symbols`: all that it can be, of an enum or of literals. */
export type TextType = { readonly kind: "text"; readonly symbols?: readonly string[]; readonly form?: "uuid" | "date" };
/** Digits before and after the point. Undefined: computed, so it is checked when it runs. */
export type DecimalType = { readonly kind: "decimal"; readonly whole?: number; readonly scale?: number };
/** `missing`: who lacks the field, so it may be read after `has()` only. */
export type CelField = { readonly type: CelType; readonly missing?: string };
export type RecordType = { readonly kind: "record"; readonly name: string; readonly fields: ReadonlyMap<string, CelField> };

/** Why something may be null, when there is more to say than its schema does. */
export type Because = { readonly code: ProblemCode; readonly message: string };

export const ANY: CelType = { kind: "any" };
export const NULL: CelType = { kind: "null" };
export const BOOL: CelType = { kind: "bool" };
export const INT: IntType = { kind: "int" };
export const TEXT: TextType = { kind: "text" };
export const TIMESTAMP: CelType = { kind: "timestamp" };

export function nullable(of: CelType, because?: Because): CelType {
  if (of.kind === "any" || of.kind === "null") return of;
  const inner = of.kind === "nullable" ? of.of : of;
  return because === undefined ? { kind: "nullable", of: inner } : { kind: "nullable", of: inner, because };
}

/** The type of a value that may be of either. */
export function join(a: CelType, b: CelType): CelType {
  if (a === b) return a;
  if (a.kind === "any" || b.kind === "any") return ANY;
  if (a.kind === "union" && a.branches.length === 0) return b;
  if (a.kind === "null") return nullable(b);
  if (b.kind === "null") return nullable(a);
  if (a.kind === "nullable") return nullable(join(a.of, b.kind === "nullable" ? b.of : b), a.because);
  if (b.kind === "nullable") return nullable(join(a, b.of), b.because);
  return joinAlike(a, b) ?? { kind: "union", branches: [...branchesOf(a), ...branchesOf(b)] };
}

function joinAlike(a: CelType, b: CelType): CelType | undefined {
  if (a.kind === "int" && b.kind === "int") return joinInts(a, b);
  if (a.kind === "text" && b.kind === "text") return joinTexts(a, b);
  if (a.kind === "decimal" && b.kind === "decimal") return joinDecimals(a, b);
  if ((a.kind === "list" && b.kind === "list") || (a.kind === "map" && b.kind === "map")) return { kind: a.kind, of: join(a.of, b.of) };
  if (a.kind === "record" && b.kind === "record") return a.name === b.name ? a : undefined;
  return a.kind === b.kind && a.kind !== "union" ? a : undefined;
}

function joinInts(a: IntType, b: IntType): IntType {
  if (a.min === undefined || a.max === undefined || b.min === undefined || b.max === undefined) return INT;
  return { kind: "int", min: least(a.min, b.min), max: -least(-a.max, -b.max) };
}

function least(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

function joinTexts(a: TextType, b: TextType): TextType {
  if (a.symbols !== undefined && b.symbols !== undefined) return { kind: "text", symbols: [...new Set([...a.symbols, ...b.symbols])] };
  return a.form !== undefined && a.form === b.form ? { kind: "text", form: a.form } : TEXT;
}

export function joinDecimals(a: DecimalType, b: DecimalType): DecimalType {
  return decimalOf(larger(a.whole, b.whole), larger(a.scale, b.scale));
}

export function decimalOf(whole: number | undefined, scale: number | undefined): DecimalType {
  return { kind: "decimal", ...(whole === undefined ? {} : { whole }), ...(scale === undefined ? {} : { scale }) };
}

const larger = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : Math.max(a, b);

export const branchesOf = (type: CelType): readonly CelType[] => (type.kind === "union" ? type.branches : [type]);

/** A type as messages show it to people. */
export function typeText(type: CelType): string {
  switch (type.kind) {
    case "nullable":
      return `${typeText(type.of)} or null`;
    case "list":
      return `list of ${typeText(type.of)}`;
    case "map":
      return `map of ${typeText(type.of)}`;
    case "record":
      return `record ${type.name}`;
    case "union":
      return type.branches.map(typeText).join(" or ");
    case "text":
      return type.symbols === undefined ? (type.form ?? "text") : symbolsText(type.symbols);
    case "decimal":
      return type.whole === undefined || type.scale === undefined ? "decimal" : `decimal(${type.whole + type.scale},${type.scale})`;
    case "interval":
      return "duration";
    default:
      return type.kind;
  }
}

function symbolsText(symbols: readonly string[]): string {
  return symbols.length === 1 ? `text "${symbols[0]}"` : `one of ${symbols.join(", ")}`;
}
