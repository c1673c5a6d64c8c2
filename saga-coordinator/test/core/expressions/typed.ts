import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { createCodec, fileRegistry, loadSchemas } from "@troupe/codec";
import { createIds, type FieldType, type Payload, type Value } from "@troupe/kernel";
import { ANY, type CelType } from "../../../src/core/expressions/types/cel-types.ts";
import { recordOfFields } from "../../../src/core/expressions/types/field-to-cel.ts";
import { misfit } from "../../../src/core/expressions/types/fits.ts";
import { type Analysis, createExpressionAnalyser } from "../../../src/core/expressions.ts";

const schemas = loadSchemas(fileURLToPath(new URL("../../../../packages/codec/test/schemas", import.meta.url)));
const ids = createIds((data) => createHash("sha256").update(data).digest());
/** An event with a field of every type that the codec knows. */
export const EVERY_TYPE = createCodec({ schemas, registry: fileRegistry({ schemas }), ids }).describe("EveryType");

const STEPS: CelType = {
  kind: "record",
  name: "steps",
  fields: new Map([
    ["sure", { type: recordOfFields("EveryType", EVERY_TYPE.types) }],
    ["unsure", { type: { kind: "nullable", of: recordOfFields("EveryType", EVERY_TYPE.types) } }],
  ]),
};

const analyser = createExpressionAnalyser(
  () =>
    new Map<string, CelType>([
      ["saga", ANY],
      ["start", recordOfFields("EveryType", EVERY_TYPE.types)],
      ["steps", STEPS],
    ]),
);

/** Undefined for what the library itself refuses. */
export function soundly(text: string): Analysis | undefined {
  const analysis = analyser("payload", text, {});
  return "invalid" in analysis || analysis.problems.length > 0 ? undefined : analysis;
}

/** `start` is an EveryType, `steps.sure` one too, `steps.unsure` one or null. */
export function analyse(text: string, target?: FieldType): Analysis {
  const analysis = analyser("payload", text, { target });
  assert.ok(!("invalid" in analysis), "invalid" in analysis ? `${text}: ${analysis.invalid}` : "");
  return analysis;
}

/** Codes of what is wrong by the types; empty when nothing is. */
export const problemsOf = (text: string): readonly string[] => analyse(text).problems.map(({ code }) => code);
export const messageOf = (text: string): string =>
  analyse(text)
    .problems.map(({ message }) => message)
    .join("; ");

export function evaluate(text: string, start: Payload, target?: FieldType): Value {
  const { expression, problems } = analyse(text, target);
  assert.deepEqual(problems, [], text);
  return expression.evaluate({ start, saga: {}, steps: { sure: start, unsure: null } });
}

export function fieldType(name: string): FieldType {
  const field = EVERY_TYPE.types.find((one) => one.name === name);
  assert.ok(field, `EveryType has no ${name}`);
  return field.type;
}

/** Why the value can't be put into the field; undefined when it can. */
export const unfit = (text: string, field: string): string | undefined => misfit(analyse(text).type, fieldType(field));
