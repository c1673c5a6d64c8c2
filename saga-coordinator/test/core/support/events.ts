import { readdirSync, readFileSync } from "node:fs";
import type { KnownEvent } from "../../../src/core/index.ts";

/** An event as the codec describes it, for tests that need no schema file. */
export function event(name: string, topic: string, fields: readonly string[] = []): KnownEvent {
  return {
    name,
    fullName: `shop.${topic}.${name}`,
    context: topic,
    topic,
    keyField: "orderId",
    correlateField: "orderId",
    fields: ["orderId", ...fields],
    requiredFields: ["orderId", ...fields],
    piiFields: [],
  };
}

type SchemaFile = {
  readonly name: string;
  readonly namespace: string;
  readonly topic: string;
  readonly key?: string;
  readonly correlate?: string;
  readonly fields: ReadonlyArray<{ readonly name: string; readonly default?: unknown }>;
};

const SCHEMAS = new URL("../../../../schemas/", import.meta.url);

/** The events of a folder of `schemas/`, as the codec describes them: so a schema that changes is noticed here. */
export function schemaEvents(...contexts: readonly string[]): readonly KnownEvent[] {
  return contexts.flatMap((context) =>
    readdirSync(new URL(`${context}/`, SCHEMAS))
      .filter((file) => file.endsWith(".avsc"))
      .map((file) => describe(context, JSON.parse(readFileSync(new URL(`${context}/${file}`, SCHEMAS), "utf8")))),
  );
}

function describe(context: string, { name, namespace, topic, key, correlate, fields }: SchemaFile): KnownEvent {
  return {
    name,
    fullName: `${namespace}.${name}`,
    context,
    topic,
    keyField: key ?? correlate ?? "",
    correlateField: correlate,
    fields: fields.map((field) => field.name),
    requiredFields: fields.filter((field) => !("default" in field)).map((field) => field.name),
    piiFields: [],
  };
}

export const ORDER_EVENTS: readonly KnownEvent[] = schemaEvents("orders", "inventory", "payments", "shipping");
