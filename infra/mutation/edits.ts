import type { AnyNode } from "acorn";

/** A change of a source: what stands from `start` to `end` becomes `text`. Offsets into the stripped source. */
export type Edit = { readonly operator: string; readonly start: number; readonly end: number; readonly text: string };

/** A node with what surrounds it. `role`: the key of the parent that holds it. */
export type Place = { readonly node: AnyNode; readonly parent: AnyNode | undefined; readonly role: string; readonly code: string };

export type Operator = {
  readonly name: string;
  /** For the documentation: what it does. */
  readonly says: string;
  readonly at: (place: Place) => readonly Omit<Edit, "operator">[];
};

export const sliceOf = (code: string, node: { readonly start: number; readonly end: number }): string => code.slice(node.start, node.end);
export const replace = (node: { readonly start: number; readonly end: number }, text: string): readonly Omit<Edit, "operator">[] => [
  { start: node.start, end: node.end, text },
];

/** Replaces `found` where it first stands between two offsets: an operator between its operands, `?.` before its property. */
export function replaceBetween(
  code: string,
  [from, to]: readonly [number, number],
  change: readonly [found: string, text: string],
): readonly Omit<Edit, "operator">[] {
  const at = code.indexOf(change[0], from);
  return at < 0 || at + change[0].length > to ? [] : [{ start: at, end: at + change[0].length, text: change[1] }];
}
