import { type FieldType, fieldTypeText, nearest } from "@troupe/kernel";
import { branchesOf, type CelType, type DecimalType, type IntType, type RecordType, type TextType, typeText } from "./cel-types.ts";

/** Why a value of the type can't be put into the field; undefined when it can, or when only the run can tell. */
export function misfit(type: CelType, field: FieldType): string | undefined {
  if (type.kind === "any") return undefined;
  if (field.kind === "nullable") return type.kind === "null" ? undefined : misfit(type.kind === "nullable" ? type.of : type, field.of);
  if (type.kind === "null") return `it is null; allowed is ${fieldTypeText(field)}`;
  if (type.kind === "nullable") return `it may be null (${typeText(type)}); allowed is ${fieldTypeText(field)}; test it first`;
  if (type.kind === "union")
    return branchesOf(type).reduce<string | undefined>((found, branch) => found ?? misfit(branch, field), undefined);
  if (field.kind === "union")
    return field.tagged || field.branches.some((branch) => misfit(type, branch.type) === undefined) ? undefined : wrong(type, field);
  return FITTING[field.kind](type, field);
}

type Solid = Exclude<CelType, { kind: "any" | "null" | "nullable" | "union" }>;
type Fitting = (type: Solid, field: FieldType) => string | undefined;
type PlainKind = Exclude<FieldType["kind"], "nullable" | "union">;

const wrong = (type: CelType, field: FieldType): string => `it is ${typeText(type)}; allowed is ${fieldTypeText(field)}`;
const only =
  (...kinds: readonly CelType["kind"][]): Fitting =>
  (type, field) =>
    kinds.includes(type.kind) ? undefined : wrong(type, field);

const INT: IntRange = { min: -(2n ** 31n), max: 2n ** 31n - 1n };
const LONG: IntRange = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const DAY: IntRange = { min: 0n, max: 86_399_999n };
type IntRange = { readonly min: bigint; readonly max: bigint };

const FITTING: { readonly [kind in PlainKind]: Fitting } = {
  null: (type, field) => wrong(type, field),
  boolean: only("bool"),
  bytes: only("bytes"),
  double: only("double", "int"),
  timestamp: only("timestamp"),
  text: only("text"),
  int: (type, field) => (type.kind === "int" ? beyond(type, INT, field) : wrong(type, field)),
  long: (type, field) => (type.kind === "int" ? beyond(type, LONG, field) : wrong(type, field)),
  time: (type, field) => (type.kind === "int" ? beyond(type, DAY, field) : wrong(type, field)),
  uuid: (type, field) => (type.kind === "text" ? badForm(type, field, UUID) : wrong(type, field)),
  date: (type, field) => (type.kind === "text" ? badForm(type, field, DATE) : wrong(type, field)),
  enum: (type, field) => (type.kind === "text" && field.kind === "enum" ? badSymbol(type, field.symbols) : wrong(type, field)),
  decimal: (type, field) => (field.kind === "decimal" ? badDecimal(type, field) : undefined),
  duration: only("record", "map"),
  list: (type, field) => {
    if (field.kind !== "list" || type.kind !== "list") return wrong(type, field);
    return inside("an element", misfit(type.of, field.items));
  },
  map: (type, field) => {
    if (field.kind !== "map") return undefined;
    if (type.kind === "map") return inside("a value", misfit(type.of, field.values));
    if (type.kind !== "record") return wrong(type, field);
    return firstOf([...type.fields].map(([name, part]) => inside(`\`${name}\``, misfit(part.type, field.values))));
  },
  record: (type, field) => {
    if (field.kind !== "record" || type.kind === "map") return undefined;
    return type.kind === "record" ? badRecord(type, field) : wrong(type, field);
  },
};

const UUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const firstOf = (reasons: readonly (string | undefined)[]): string | undefined => reasons.find((reason) => reason !== undefined);
const inside = (where: string, reason: string | undefined): string | undefined =>
  reason === undefined ? undefined : `in ${where} ${reason}`;

/** A computed number is checked when it runs. */
function beyond({ min, max }: IntType, range: IntRange, field: FieldType): string | undefined {
  if (min === undefined || max === undefined || (min >= range.min && max <= range.max)) return undefined;
  const what = min === max ? String(min) : `a whole number from ${min} to ${max}`;
  const hint = min === max ? "" : "; write int(...) around it to have that checked when it runs";
  return `it is ${what}; ${fieldTypeText(field)} takes ${range.min} to ${range.max}${hint}`;
}

function badForm({ symbols, form }: TextType, field: FieldType, allowed: RegExp): string | undefined {
  if (form !== undefined && form !== field.kind) return `it is ${form}; allowed is ${field.kind}`;
  const bad = symbols?.find((symbol) => !allowed.test(symbol));
  return bad === undefined ? undefined : `it is "${bad}"; allowed is ${field.kind}`;
}

function badSymbol({ symbols }: TextType, allowed: readonly string[]): string | undefined {
  if (symbols === undefined) return `it is any text; allowed is one of ${allowed.join(", ")}`;
  const bad = symbols.find((symbol) => !allowed.includes(symbol));
  if (bad === undefined) return undefined;
  const near = nearest(bad, allowed);
  return `it may be ${bad}; ${near === undefined ? "" : `did you mean \`${near}\`? `}allowed is one of ${allowed.join(", ")}`;
}

/** Scale and digits of what is read from elsewhere are known; those of a sum or product show when it runs. */
function badDecimal(type: Solid, field: Extract<FieldType, { kind: "decimal" }>): string | undefined {
  if (type.kind === "int") return undefined;
  if (type.kind === "text") return `it is text; turn it into a number with decimal(...); allowed is ${fieldTypeText(field)}`;
  if (type.kind !== "decimal") return wrong(type, field);
  const { whole, scale }: DecimalType = type;
  if (scale !== undefined && scale > field.scale)
    return `it has ${scale} digits after the point; ${fieldTypeText(field)} takes ${field.scale}`;
  const room = field.precision - field.scale;
  return whole !== undefined && whole > room ? `it has ${whole} digits before the point; ${fieldTypeText(field)} takes ${room}` : undefined;
}

/** A record of the same name is the same record. Else every part must fit, and what is required be there. */
function badRecord(type: RecordType, field: Extract<FieldType, { kind: "record" }>): string | undefined {
  if (type.name === field.name) return undefined;
  const types = new Map(field.fields.map((part) => [part.name, part.type]));
  const missing = field.fields.filter(({ name, required }) => required && !type.fields.has(name)).map(({ name }) => name);
  if (missing.length > 0) return `it has no ${missing.join(", ")}, which record ${field.name} needs`;
  return firstOf(
    [...type.fields].map(([name, part]) => {
      const wanted = types.get(name);
      if (wanted === undefined)
        return `it has \`${name}\`, which record ${field.name} does not know; allowed are ${[...types.keys()].join(", ")}`;
      return inside(`\`${name}\``, misfit(part.type, wanted));
    }),
  );
}
