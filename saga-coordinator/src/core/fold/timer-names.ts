/**
 * What a timer of a saga is for. Those of a step carry its name: `timeout:chargePayment`. `wait`: the end of a wait;
 * `repeat`: the next round of a polling; `outcome`: how long the late outcome of an unknown step is waited for.
 */
export type TimerKind = "timeout" | "retry" | "undoTimeout" | "undoRetry" | "wait" | "repeat" | "outcome" | "deadline" | "patience";

export const DEADLINE = "deadline";
export const PATIENCE = "patience";

export function stepTimer(kind: Exclude<TimerKind, "deadline" | "patience">, step: string): string {
  return `${kind}:${step}`;
}

/** Kind and step (or element, `ship/sku-1`) of a timer's name; undefined for a name that no saga gives. */
export function parseTimerName(name: string): { readonly kind: TimerKind; readonly step: string } | undefined {
  const [kind = "", step = ""] = name.split(":");
  const known = KINDS.find((one) => one === kind);
  return known === undefined ? undefined : { kind: known, step };
}
const KINDS: readonly TimerKind[] = ["timeout", "retry", "undoTimeout", "undoRetry", "wait", "repeat", "outcome", DEADLINE, PATIENCE];

/** Whether it belongs to an undo, which goes on when the saga turns. */
export function isUndoTimer(name: string): boolean {
  return ["undoTimeout", "undoRetry", "outcome"].includes(parseTimerName(name)?.kind ?? "");
}
