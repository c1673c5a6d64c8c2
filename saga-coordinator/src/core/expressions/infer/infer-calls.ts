import type { ASTNode } from "@marcbachmann/cel-js";
import { TroupeError } from "@troupe/kernel";
import { type ProblemCode, unknownName } from "../../definition/problems.ts";
import { createEnvironment, MATCHES_IN_TIME } from "../environment.ts";
import { createMatcher } from "../patterns/pattern-machine.ts";
import { isAccess, pathOf } from "../references.ts";
import { ANY, BOOL, type CelType, decimalOf, join, TEXT, typeText } from "../types/cel-types.ts";
import { decimalFromText } from "../values/decimal-number.ts";
import { knownWhen } from "./known-paths.ts";
import { demandBool, type Room, report, solid, textAt, withKnown, withVariable } from "./room.ts";
import { returned, type Signature, signaturesOf, takes } from "./signatures.ts";

/** Functions and methods of the language. Never changed after this line. */
const SIGNATURES: ReadonlyMap<string, readonly Signature[]> = new Map(
  [...signaturesOf(createEnvironment())].filter(([name]) => name !== MATCHES_IN_TIME),
);

type Call = Extract<ASTNode, { op: "call" }>;
type Method = Extract<ASTNode, { op: "rcall" }>;

export function callType(node: Call | Method, room: Room): CelType {
  if (node.op === "call") {
    const [name, args] = node.args;
    if (name === "has") return presenceType(args[0], room);
    const type = matched(node, room, { name, receiver: undefined, args });
    return name === "decimal" ? decimalType(node, room) : type;
  }
  const [name, receiver, args] = node.args;
  if (receiver.op === "id" && receiver.args === "cel" && name === "bind") return bound(args, room);
  const macro = MACROS.get(`${name}/${args.length}`);
  if (macro !== undefined) return macro(node, room);
  if (name === "matches") checkPattern(args[0], room);
  return matched(node, room, { name, receiver, args });
}

/** A pattern that is written out is read here already; another one is when it runs. */
function checkPattern(arg: ASTNode | undefined, room: Room): void {
  if (arg?.op !== "value" || typeof arg.args !== "string") return;
  const pattern = arg.args;
  attempted(room, arg, { code: "expression-invalid", attempt: () => createMatcher(pattern) });
}

/** What an attempt refuses becomes a problem. */
function attempted<T>(room: Room, node: ASTNode, { code, attempt }: { code: ProblemCode; attempt: () => T }): T | undefined {
  try {
    return attempt();
  } catch (error) {
    if (!(error instanceof TroupeError)) throw error;
    report(room, node, { code, message: error.message.replace(/\.$/, "") });
    return undefined;
  }
}

type Called = { readonly name: string; readonly receiver: ASTNode | undefined; readonly args: readonly ASTNode[] };

function matched(node: ASTNode, room: Room, { name, receiver, args }: Called): CelType {
  const overloads = (SIGNATURES.get(name) ?? []).filter((one) => (one.receiver === null) === (receiver === undefined));
  if (overloads.length === 0) {
    const kind = receiver === undefined ? "function" : "method";
    const allowed = [...SIGNATURES].filter(([, all]) => all.some((one) => (one.receiver === null) === (receiver === undefined)));
    const names = unknownName(`\`${name}\` is no ${kind}`, { found: name, allowed: allowed.map(([known]) => known) });
    report(room, node, { code: "expression-invalid", message: `\`${room.text}\`: ${names}` });
    return ANY;
  }
  const all = receiver === undefined ? args : [receiver, ...args];
  const nullsAllowed = overloads.some(({ params }) => params.includes("dyn"));
  const types = all.map((arg) => (nullsAllowed ? room.infer(arg, room) : solid(room, arg, room.infer(arg, room))));
  const fitting = overloads.filter((one) => fits(one, types));
  if (fitting.length > 0) return fitting.map(({ returns }) => returned(returns)).reduce(join);
  const given = types.map(typeText).join(", ");
  const allowed = overloads.map(({ receiver: of, params }) => `(${[...(of === null ? [] : [of]), ...params].map(plainName).join(", ")})`);
  const message = `\`${textAt(room, node)}\`: ${name} does not take (${given}); allowed are ${allowed.join(" and ")}`;
  report(room, node, { code: "expression-type", message });
  return ANY;
}

function fits({ receiver, params }: Signature, types: readonly CelType[]): boolean {
  const wanted = receiver === null ? params : [receiver, ...params];
  return wanted.length === types.length && wanted.every((param, at) => takes(param, types[at] ?? ANY));
}

const plainName = (param: string): string =>
  param.replace("google.protobuf.", "").replace("string", "text").replace("<dyn>", "").replace("<dyn, dyn>", "").toLowerCase();

/** `has(a.b.c)`: the path has to exist in the schema, but any part of it may be null or missing. */
function presenceType(node: ASTNode | undefined, room: Room): CelType {
  if (node === undefined || !isAccess(node) || pathOf(node) === undefined) {
    const message = `\`${room.text}\`: has() takes a field, such as has(start.note)`;
    if (node !== undefined) report(room, node, { code: "expression-invalid", message });
    return BOOL;
  }
  const parts = new Set<string>();
  for (let at: ASTNode = node; isAccess(at); at = at.args[0]) parts.add(pathOf(at) ?? "");
  room.infer(node, withKnown(room, parts));
  return BOOL;
}

/** `decimal("12.50")` shows its digits, and a text that is no number is found here. */
function decimalType({ args: [, args] }: Call, room: Room): CelType {
  const [arg] = args;
  if (arg?.op !== "value" || typeof arg.args !== "string") return decimalOf(undefined, undefined);
  const text = arg.args;
  const number = attempted(room, arg, { code: "expression-type", attempt: () => decimalFromText(text) });
  if (number === undefined) return decimalOf(undefined, undefined);
  const { value } = number;
  const digits = (value.unscaled < 0n ? -value.unscaled : value.unscaled).toString().length;
  return decimalOf(Math.max(digits - value.scale, 0), value.scale);
}

/** `cel.bind(name, value, expression)`. */
function bound([name, value, expression]: readonly ASTNode[], room: Room): CelType {
  if (name?.op !== "id" || value === undefined || expression === undefined) return ANY;
  return room.infer(expression, withVariable(room, name.args, room.infer(value, room)));
}

type Macro = (node: Method, room: Room) => CelType;
const condition: Macro = (node, room) => {
  const { inner, body } = loop(node, room);
  demandBool(inner, body);
  return BOOL;
};
const MACROS: ReadonlyMap<string, Macro> = new Map<string, Macro>([
  ["all/2", condition],
  ["exists/2", condition],
  ["exists_one/2", condition],
  [
    "filter/2",
    (node, room) => {
      const { inner, body, item } = loop(node, room);
      demandBool(inner, body);
      return { kind: "list", of: item };
    },
  ],
  ["map/2", (node, room) => ({ kind: "list", of: inferBody(loop(node, room)) })],
  [
    "map/3",
    (node, room) => {
      const { inner, body } = loop(node, room);
      demandBool(inner, body);
      const transform = node.args[2][2];
      const kept = withKnown(inner, knownWhen(body, true));
      return { kind: "list", of: transform === undefined ? ANY : kept.infer(transform, kept) };
    },
  ],
]);

const inferBody = ({ inner, body }: { inner: Room; body: ASTNode }): CelType => inner.infer(body, inner);

/** The room inside `list.map(item, ...)`; over a map or record the variable is its key. */
function loop(node: Method, room: Room): { readonly inner: Room; readonly body: ASTNode; readonly item: CelType } {
  const [, receiver, args] = node.args;
  const whole = solid(room, receiver, room.infer(receiver, room));
  const item = itemOf(whole);
  if (item === undefined) {
    const message = `\`${textAt(room, receiver)}\` is ${typeText(whole)}; allowed is a list`;
    report(room, receiver, { code: "expression-type", message });
  }
  const [name, body = node] = args;
  return { inner: withVariable(room, name?.op === "id" ? name.args : "", item ?? ANY), body, item: item ?? ANY };
}

function itemOf(whole: CelType): CelType | undefined {
  if (whole.kind === "list") return whole.of;
  if (whole.kind === "any") return ANY;
  return whole.kind === "map" || whole.kind === "record" ? TEXT : undefined;
}
