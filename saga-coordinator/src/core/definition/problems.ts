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

/** Closed: docs/saga-definition.md lists the same codes, and the corpus has a file for each. */
export const PROBLEM_CODES = [
  // the file and its words
  ...(["too-large", "saga-repeated", "yaml-malformed", "key-unknown", "key-missing", "key-misplaced"] as const),
  ...(["kind-ambiguous", "value-invalid", "name-invalid", "duration-invalid", "cron-invalid", "zone-invalid"] as const),
  // events and how they find their saga
  ...(["event-unknown", "answers-not-disjoint", "correlation-impossible", "field-unknown", "field-unmapped"] as const),
  ...(["alias-unknown", "alias-unreachable", "alias-unused"] as const),
  // expressions
  ...(["expression-invalid", "expression-type", "value-may-be-null", "value-unfit", "symbol-unknown"] as const),
  ...(["step-result-uncertain", "undo-reads-own-step"] as const),
  // order
  ...(["step-unknown", "step-unreachable", "cycle", "join-of-optional"] as const),
  ...(["choice-without-otherwise", "choice-after-differs", "choice-guard-missing", "otherwise-misplaced"] as const),
  ...(["fallback-misplaced", "saga-unknown", "saga-recursive"] as const),
  // what a step may be
  ...(["ending-missing", "optional-without-timeout", "human-without-timeout", "timeout-useless", "retry-on-observed"] as const),
  ...(["repeat-on-uncommanded", "repeat-with-compensation", "fan-out-misplaced", "fan-out-unkeyed"] as const),
  ...(["compensation-missing", "compensation-useless", "irreversible-before-pivot"] as const),
  ...(["pivot-not-commanded", "pivot-optional", "pivot-repeated", "pivot-fanned-out", "pivot-chosen"] as const),
  ...(["pivot-without-timeout", "pivots-unordered"] as const),
  // doubtful
  ...(["observed-after-pivot", "answers-on-different-topics", "deadline-too-short"] as const),
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** `file:line:col code message`, the form that editors turn into links. */
export function formatProblem({ file, line, column, code, message }: Problem): string {
  return `${file}:${line}:${column} ${code} ${message}`;
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

/** More names than these are not listed: nobody finds one among them. */
const LISTED = 30;
const NEIGHBOURS = 10;

/** "`X` is unknown; did you mean `Y`? Allowed are ..." without the full stop. Of many names only those that stand beside it in the alphabet. */
export function unknownName(what: string, { found, allowed: given }: { found: string; allowed: readonly string[] }): string {
  const allowed = [...new Set(given)];
  const near = nearest(found, allowed);
  const hint = near === undefined ? "" : `did you mean \`${near}\`? `;
  const list = allowed.length === 0 ? "there is none" : `allowed are ${listed(found, allowed)}`;
  return `${what}; ${hint}${list}`;
}

function listed(found: string, allowed: readonly string[]): string {
  if (allowed.length <= LISTED) return allowed.join(", ");
  const sorted = [...allowed].sort();
  const at = sorted.filter((name) => name < found).length;
  const from = Math.min(Math.max(0, at - NEIGHBOURS / 2), sorted.length - NEIGHBOURS);
  return `${allowed.length} names, in the alphabet beside it ${sorted.slice(from, from + NEIGHBOURS).join(", ")}`;
}
