import type { Environment } from "@marcbachmann/cel-js";
import { ANY, BOOL, type CelType, decimalOf, INT, TEXT, TIMESTAMP } from "../types/cel-types.ts";

/** A function or a method of the language, as the library lists it. */
export type Signature = {
  readonly name: string;
  readonly receiver: string | null;
  readonly params: readonly string[];
  readonly returns: string;
};

/** All functions by name; macros aside, which are checked by hand. */
export function signaturesOf(environment: Environment): ReadonlyMap<string, readonly Signature[]> {
  const all = environment.getDefinitions().functions.map(
    ({ name, receiverType, params, returnType }): Signature => ({
      name,
      receiver: receiverType,
      params: params.map(({ type }) => type),
      returns: returnType,
    }),
  );
  return Map.groupBy(
    all.filter(({ params, receiver }) => !params.includes("ast") && !(receiver ?? "").startsWith("Optional")),
    ({ name }) => name,
  );
}

/** Whether a value of the type may stand for a parameter. */
export function takes(param: string, type: CelType): boolean {
  if (param === "dyn" || type.kind === "any") return true;
  if (type.kind === "union") return type.branches.every((branch) => takes(param, branch));
  const [name = ""] = param.split("<");
  if (type.kind === "list" && param === "list<string>") return ["text", "any"].includes(type.of.kind);
  return KINDS.get(name)?.includes(type.kind) === true;
}

const KINDS: ReadonlyMap<string, readonly CelType["kind"][]> = new Map<string, readonly CelType["kind"][]>([
  ["string", ["text"]],
  ["bool", ["bool"]],
  ["int", ["int"]],
  ["uint", ["uint"]],
  ["double", ["double"]],
  ["bytes", ["bytes"]],
  ["null", ["null"]],
  ["type", ["type"]],
  ["decimal", ["decimal"]],
  ["list", ["list"]],
  ["map", ["map", "record"]],
  ["google.protobuf.Timestamp", ["timestamp"]],
  ["google.protobuf.Duration", ["interval"]],
]);

export function returned(name: string): CelType {
  return RETURNS.get(name) ?? ANY;
}

const RETURNS: ReadonlyMap<string, CelType> = new Map<string, CelType>([
  ["string", TEXT],
  ["bool", BOOL],
  ["int", INT],
  ["uint", { kind: "uint" }],
  ["double", { kind: "double" }],
  ["bytes", { kind: "bytes" }],
  ["type", { kind: "type" }],
  ["decimal", decimalOf(undefined, undefined)],
  ["list<string>", { kind: "list", of: TEXT }],
  ["google.protobuf.Timestamp", TIMESTAMP],
  ["google.protobuf.Duration", { kind: "interval" }],
]);
