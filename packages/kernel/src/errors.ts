import { type Details, type Disposition, ERRORS, type ErrorCode } from "./error-catalogue.ts";

/**
 * The one error class. A message is one sentence: what was found, what is allowed; `hint` says what to do.
 * `code` is stable and documented in docs/errors.md; `disposition` says what the platform does next.
 */
export class TroupeError extends Error {
  readonly code: ErrorCode;
  readonly details: Details;

  constructor(code: ErrorCode, details: Details, cause?: unknown) {
    super(fill(ERRORS[code].text, details), cause === undefined ? undefined : { cause });
    this.name = "TroupeError";
    this.code = code;
    this.details = details;
  }

  get disposition(): Disposition {
    return ERRORS[this.code].disposition;
  }

  get hint(): string {
    return fill(ERRORS[this.code].hint, this.details);
  }

  /** HTTP status that a face answers with. */
  get status(): number {
    return ERRORS[this.code].status;
  }
}

/** The sentence a user reads: `CODE: text Hint.` Foreign errors become UNEXPECTED with their own message. */
export function explain(error: unknown): string {
  const known = error instanceof TroupeError ? error : new TroupeError("UNEXPECTED", { reason: reasonOf(error) }, error);
  return `${known.code}: ${known.message} ${known.hint}`.trim();
}

/** The message of anything that was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error && error.message !== "" ? error.message : String(error);
}

function fill(text: string, details: Details): string {
  const filled = text.replace(/\{(\w+)\}/g, (_, name: string) => shown(details[name]));
  return filled.replace(/([.!?])\.(?=\s|$)/g, "$1"); // a detail that is a sentence brings its own full stop
}

function shown(value: Details[string]): string {
  if (value === undefined) return "(nothing)";
  if (!Array.isArray(value)) return String(value);
  return value.length === 0 ? "none" : value.join(", ");
}
