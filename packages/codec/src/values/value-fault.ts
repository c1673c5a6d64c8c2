/**
 * A value that its schema does not take. `path` grows on the way out, so the good case costs nothing.
 * `field-unknown`: `allowed` are the fields there are.
 */
export class ValueFault extends Error {
  readonly kind: "invalid" | "field-unknown";
  readonly found: string;
  readonly allowed: string;
  readonly path: string;

  constructor(fault: {
    readonly kind?: "invalid" | "field-unknown";
    readonly found: string;
    readonly allowed: string;
    readonly path?: string;
  }) {
    super(`${fault.path ?? ""} is ${fault.found}; allowed is ${fault.allowed}`);
    this.kind = fault.kind ?? "invalid";
    this.found = fault.found;
    this.allowed = fault.allowed;
    this.path = fault.path ?? "";
  }
}

/** The same fault seen from one level further out. `secret`: what was found is not repeated. */
export function under(step: string, error: unknown, secret = false): unknown {
  if (!(error instanceof ValueFault)) return error;
  const path = error.path === "" || error.path.startsWith("[") ? step + error.path : `${step}.${error.path}`;
  const found = secret && error.found !== MISSING ? "a value that is not shown (personal data)" : error.found;
  return new ValueFault({ kind: error.kind, found, allowed: error.allowed, path });
}

export const MISSING = "missing";

/** A value as a message shows it: its text, cut, and its kind where the text alone would mislead. */
export function shown(value: unknown): string {
  if (value === undefined) return MISSING;
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (typeof value === "number") return `the number ${value}`;
  if (typeof value === "bigint") return `the bigint ${value}n`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
