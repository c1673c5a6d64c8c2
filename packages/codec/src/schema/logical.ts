import type { JsonObject } from "@troupe/kernel";
import type { Logical, LogicalName } from "./avro-type.ts";

/** Logical type to the Avro types that may carry it. */
const CARRIERS: { readonly [name in LogicalName]: readonly string[] } = {
  decimal: ["bytes", "fixed"],
  uuid: ["string"],
  date: ["int"],
  "time-millis": ["int"],
  "timestamp-millis": ["long"],
  "timestamp-micros": ["long"],
  duration: ["fixed"],
};

const isKnown = (name: unknown): name is LogicalName => typeof name === "string" && name in CARRIERS;

/** The logical type that a schema object declares, undefined when none, or a sentence that says why it does not count. */
export function logicalOf(schema: JsonObject): Logical | undefined | string {
  const name = schema["logicalType"];
  if (name === undefined) return undefined;
  if (!isKnown(name)) return `logicalType is ${JSON.stringify(name)}; allowed are ${Object.keys(CARRIERS).join(", ")}`;
  const carriers = CARRIERS[name];
  if (!carriers.includes(String(schema["type"])))
    return `logicalType ${name} stands on ${schema["type"]}; allowed is ${carriers.join(" or ")}`;
  if (name === "duration" && schema["size"] !== 12) return `a duration has size ${schema["size"]}; allowed is 12`;
  return name === "decimal" ? decimalOf(schema) : { name };
}

function decimalOf(schema: JsonObject): Logical | string {
  const precision = schema["precision"];
  const scale = schema["scale"] ?? 0;
  const whole = (value: unknown): value is number => typeof value === "number" && Number.isInteger(value) && value >= 0;
  if (!whole(precision) || precision === 0) return `a decimal has precision ${precision}; allowed is a whole number of at least 1`;
  if (!whole(scale) || scale > precision) return `a decimal has scale ${scale}; allowed is 0 to its precision ${precision}`;
  return { name: "decimal", precision, scale };
}
