import { type Json, reasonOf } from "@troupe/kernel";
import type { Registry } from "../registry/port.ts";
import type { RecordType } from "../schema/avro-type.ts";
import { FOREIGN, parseAvro } from "../schema/parse.ts";

/** A schema that some producer wrote with. */
export type WriterSchema = { readonly id: number; readonly text: string; readonly type: RecordType };
/** What is known of a schema id; `unusable` is a schema that is no Avro record, and stays so. */
export type Writer = { readonly kind: "schema"; readonly schema: WriterSchema } | { readonly kind: "unusable"; readonly reason: string };

/**
 * Schemas by id, fetched once; an id means the same schema for ever. Unknown ids are asked again, since somebody may
 * register them and redrive the dead letters.
 */
export type WriterSchemas = {
  known(id: number): Writer | undefined;
  /** undefined: the registry has no such id. Rejects with REGISTRY_UNREACHABLE. */
  fetch(id: number): Promise<Writer | undefined>;
  /** Own schemas, known from registration. */
  add(schema: WriterSchema): void;
};

export function writerSchemas(registry: Registry): WriterSchemas {
  const writers = new Map<number, Writer>();
  const underway = new Map<number, Promise<Writer | undefined>>();
  const ask = async (id: number): Promise<Writer | undefined> => {
    try {
      const text = await registry.schemaById(id);
      if (text === undefined) return undefined;
      const writer = writerOf(id, text);
      writers.set(id, writer);
      return writer;
    } finally {
      underway.delete(id);
    }
  };
  return {
    known: (id) => writers.get(id),
    fetch(id) {
      const running = underway.get(id) ?? ask(id); // a batch asks for the same id many times
      underway.set(id, running);
      return running;
    },
    add: (schema) => writers.set(schema.id, { kind: "schema", schema }),
  };
}

function writerOf(id: number, text: string): Writer {
  try {
    const type = parseAvro(JSON.parse(text) as Json, FOREIGN); // JSON.parse gives JSON
    if (type.kind !== "record") return { kind: "unusable", reason: `schema ${id} is ${type.kind}, and an event is a record` };
    return { kind: "schema", schema: { id, text, type } };
  } catch (error) {
    return { kind: "unusable", reason: `schema ${id} is not Avro: ${reasonOf(error)}` };
  }
}
