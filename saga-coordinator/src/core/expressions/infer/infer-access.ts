import { unknownName } from "../../definition/problems.ts";
import { type Access, keyOf, pathOf } from "../references.ts";
import { ANY, type CelType, type RecordType, typeText } from "../types/cel-types.ts";
import { isKnown, type Room, report, solid, textAt } from "./room.ts";

/** Type of `whole.part` or `whole[part]`. */
export function accessType(node: Access, room: Room): CelType {
  const [of, by] = node.args;
  const root = of.op === "id" ? room.variables.get(of.args) : undefined;
  const whole = solid(room, of, root ?? room.infer(of, room));
  const key = keyOf(node);
  if (key === undefined && typeof by !== "string") return computedPart(node, room, { whole, by: room.infer(by, room) });
  switch (whole.kind) {
    case "any":
      return ANY;
    case "record":
      return fieldOf(node, room, { whole, key: key ?? "" });
    case "map":
      return whole.of;
    case "union":
      return ANY;
    default:
      report(room, node, {
        code: "expression-type",
        message: `\`${textAt(room, of)}\` is ${typeText(whole)}, which has no part \`${key}\``,
      });
      return ANY;
  }
}

function computedPart(node: Access, room: Room, { whole, by }: { whole: CelType; by: CelType }): CelType {
  if (whole.kind === "list" && ["int", "any"].includes(by.kind)) return whole.of;
  if (whole.kind === "map" && ["text", "any"].includes(by.kind)) return whole.of;
  if (whole.kind === "record" && whole.name === "steps") {
    const message = `\`${textAt(room, node)}\` reads a step by a computed name; allowed is one step, such as steps.ship`;
    report(room, node, { code: "expression-invalid", message });
    return ANY;
  }
  if (["any", "record", "union"].includes(whole.kind)) return ANY;
  const message = `\`${textAt(room, node)}\`: ${typeText(whole)} has no part of type ${typeText(by)}`;
  report(room, node, { code: "expression-type", message });
  return ANY;
}

function fieldOf(node: Access, room: Room, { whole, key }: { whole: RecordType; key: string }): CelType {
  const field = whole.fields.get(key);
  if (field === undefined) {
    const { code, message } = unknownField(room, { whole, key });
    report(room, node, { code, message });
    return ANY;
  }
  if (field.missing !== undefined && !isKnown(room, node)) {
    const what = textAt(room, node);
    const message = `\`${what}\`: ${field.missing} has no field \`${key}\`; test it first, e.g. has(${pathOf(node) ?? what}) ? ... : ...`;
    report(room, node, { code: "field-unknown", message });
  }
  const { type } = field;
  return type.kind === "nullable" && isKnown(room, node) ? type.of : type;
}

function unknownField(
  room: Room,
  { whole, key }: { whole: RecordType; key: string },
): { code: "step-unknown" | "field-unknown"; message: string } {
  const allowed = [...whole.fields.keys()];
  if (whole.name === "steps")
    return { code: "step-unknown", message: unknownName(`\`${room.text}\` reads \`${key}\`, which is no step`, { found: key, allowed }) };
  return {
    code: "field-unknown",
    message: unknownName(`\`${room.text}\`: ${whole.name} has no field \`${key}\``, { found: key, allowed }),
  };
}
