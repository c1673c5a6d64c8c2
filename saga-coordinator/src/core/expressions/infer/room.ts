import type { ASTNode } from "@marcbachmann/cel-js";
import type { ProblemCode } from "../../definition/problems.ts";
import { pathOf } from "../references.ts";
import { type CelType, typeText } from "../types/cel-types.ts";

/** What is wrong with an expression, and at which character of its text it begins. */
export type ExpressionProblem = { readonly code: ProblemCode; readonly message: string; readonly at: number };

/** What is known where a part of an expression stands. */
export type Room = {
  readonly text: string;
  readonly variables: ReadonlyMap<string, CelType>;
  /** Paths that a test before has shown to be there and not null. */
  readonly known: ReadonlySet<string>;
  readonly problems: ExpressionProblem[];
  /** Type of a part in a room like this one: the parts of an expression are inferred by the same function as the whole. */
  readonly infer: (node: ASTNode, room: Room) => CelType;
};

export function report({ problems }: Room, node: ASTNode, problem: { code: ProblemCode; message: string }): void {
  problems.push({ ...problem, at: node.start });
}

export const textAt = ({ text }: Room, node: ASTNode): string => text.slice(node.start, node.end);

export function withKnown(room: Room, paths: ReadonlySet<string>): Room {
  return paths.size === 0 ? room : { ...room, known: new Set([...room.known, ...paths]) };
}

/** With one more variable, which hides another of its name and what was known of that. */
export function withVariable(room: Room, name: string, type: CelType): Room {
  const known = [...room.known].filter((path) => path !== name && !path.startsWith(`${name}.`));
  return { ...room, variables: new Map(room.variables).set(name, type), known: new Set(known) };
}

export const isKnown = ({ known }: Room, node: ASTNode): boolean => known.has(pathOf(node) ?? "");

/** The type without null. Reports when null is possible and was not tested for. */
export function solid(room: Room, node: ASTNode, type: CelType): CelType {
  if (type.kind === "null") {
    report(room, node, { code: "value-may-be-null", message: `\`${textAt(room, node)}\` is always null` });
    return { kind: "any" };
  }
  if (type.kind !== "nullable") return type;
  if (isKnown(room, node)) return type.of;
  const what = textAt(room, node);
  const { code, message } = type.because ?? {
    code: "value-may-be-null",
    message: `\`${what}\` may be null; test it first, e.g. \`${what} != null && ...\` or \`${what} != null ? ... : ...\``,
  };
  report(room, node, { code, message });
  return type.of;
}

/** Reports unless it is true or false. */
export function demandBool(room: Room, node: ASTNode): void {
  const type = solid(room, node, room.infer(node, room));
  if (type.kind === "bool" || type.kind === "any") return;
  const message = `\`${textAt(room, node)}\` is ${typeText(type)}; allowed is a condition, true or false`;
  report(room, node, { code: "expression-type", message });
}
