import { nearest, TroupeError } from "@troupe/kernel";

/** One thing that is wrong in a definition file, or doubtful (`warning`). Line and column count from 1. */
export type Problem = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: "error" | "warning";
  readonly code: ProblemCode;
  /** What was found and what is allowed, as a sentence without a full stop. */
  readonly message: string;
};

/** Closed, so that the documentation can list them. */
export type ProblemCode =
  | "yaml-malformed"
  | "key-unknown"
  | "key-unavailable"
  | "key-missing"
  | "value-invalid"
  | "name-invalid"
  | "duration-invalid"
  | "event-unknown"
  | "event-ambiguous"
  | "field-unknown"
  | "field-unmapped"
  | "correlation-impossible"
  | "expression-invalid"
  | "step-unknown"
  | "step-unreachable"
  | "cycle"
  | "step-result-uncertain"
  | "undo-reads-own-step"
  | "compensation-missing"
  | "compensation-useless"
  | "ending-missing"
  | "retry-on-observed"
  | "pivot-not-commanded"
  | "pivot-optional"
  | "pivot-without-timeout"
  | "pivots-unordered"
  | "optional-without-timeout"
  | "observed-after-pivot"
  | "answers-on-different-topics"
  | "deadline-too-short";

/** `file:line:column severity message`, the form that editors turn into links. */
export function formatProblem({ file, line, column, severity, code, message }: Problem): string {
  return `${file}:${line}:${column} ${severity}: ${message} [${code}]`;
}

/** DEFINITION_INVALID for the first error; all of them are in its reason. Call it only when there is an error. */
export function definitionInvalid(problems: readonly Problem[]): TroupeError {
  const errors = problems.filter(({ severity }) => severity === "error");
  const [first, ...others] = errors;
  if (first === undefined) return new TroupeError("UNEXPECTED", { reason: "definitionInvalid was called without an error" });
  const more = others.map(({ line, column, message }) => `; ${line}:${column} ${message}`).join("");
  return new TroupeError("DEFINITION_INVALID", {
    file: first.file,
    line: first.line,
    column: first.column,
    reason: `${first.message}${more}`,
  });
}

/** "`X` is unknown; did you mean `Y`? Allowed are ..." without the full stop. */
export function unknownName(what: string, { found, allowed }: { found: string; allowed: readonly string[] }): string {
  const near = nearest(found, allowed);
  const hint = near === undefined ? "" : `did you mean \`${near}\`? `;
  const list = allowed.length === 0 ? "there is none" : `allowed are ${allowed.join(", ")}`;
  return `${what}; ${hint}${list}`;
}
