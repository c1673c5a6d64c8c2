/** What a timer of a saga is for. Those of a step carry its name: `timeout:chargePayment`. */
export type TimerKind = "timeout" | "retry" | "undoTimeout" | "undoRetry" | "deadline" | "patience";

export const DEADLINE = "deadline";
export const PATIENCE = "patience";

export function stepTimer(kind: Exclude<TimerKind, "deadline" | "patience">, step: string): string {
  return `${kind}:${step}`;
}

/** Kind and step of a timer's name; undefined for a name that no saga gives. */
export function parseTimerName(name: string): { readonly kind: TimerKind; readonly step: string } | undefined {
  const [kind = "", step = ""] = name.split(":");
  const known = KINDS.find((one) => one === kind);
  return known === undefined ? undefined : { kind: known, step };
}
const KINDS: readonly TimerKind[] = ["timeout", "retry", "undoTimeout", "undoRetry", DEADLINE, PATIENCE];
