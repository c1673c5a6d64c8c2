declare const type: unique symbol;

/** CEL whose value is of type T, as far as the compiler can know. Parts of a record are read like properties. */
export type Reference<T> = { readonly [type]: T } & Parts<NonNullable<T>>;
type Parts<T> = T extends Leaf | readonly unknown[] ? unknown : { readonly [Name in keyof T]-?: Reference<T[Name]> };
type Leaf = string | number | bigint | boolean | null | Uint8Array;

/** CEL that the compiler does not look into; the checker does. */
export type Cel = { readonly cel: string };

/** What may stand for a value of type T. */
export type Written<T> = Reference<T> | Cel;
export type Condition = Written<boolean>;

/** The text of a reference, and of anything else that was written. */
export function textOf(written: object): string {
  return String(written);
}

/** Reads as `text.part` under every name, and is written as its text. */
export function referTo<T>(text: string): Reference<T> {
  const toText = (): string => text;
  const handler: ProxyHandler<object> = {
    get: (_, name) => {
      if (name === Symbol.toPrimitive || name === "toString" || name === "toJSON") return toText;
      return typeof name === "string" ? referTo(`${text}.${name}`) : undefined;
    },
  };
  return new Proxy({}, handler) as Reference<T>; // the type exists for the compiler only
}

/**
 * CEL with references put in: cel`${start.total} > decimal("100.00")`. The compiler sees the fields, the checker the rest.
 */
export function cel(texts: TemplateStringsArray, ...parts: readonly (Reference<unknown> | Cel)[]): Cel {
  const text = texts.map((before, at) => before + (parts[at] === undefined ? "" : textOf(parts[at]))).join("");
  return { cel: text, toString: () => text, toJSON: () => text } as Cel; // the others are for JSON and templates
}

/** A value of your own: text, a whole number, true or false, null. Decimals are text to JavaScript: use cel`decimal("1.50")`. */
export function literal<const T extends string | number | boolean | null>(value: T): Reference<T> {
  if (typeof value === "number" && !Number.isInteger(value)) return referTo(String(value));
  return referTo(JSON.stringify(value));
}
