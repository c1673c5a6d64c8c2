import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { type Json, reasonOf, shortName, TroupeError } from "@troupe/kernel";
import type { NamedType } from "./avro-type.ts";
import { type EventSchema, eventSchema } from "./event-schema.ts";
import { namedTypes } from "./named-types.ts";

/** Every event of a folder of contracts, by context and name. */
export type SchemaSet = { readonly directory: string; readonly events: readonly EventSchema[] };

/**
 * Reads `<dir>/<context>/<Event>.avsc`. Throws SCHEMA_INVALID with the file and everything that is wrong in it:
 * JSON, Avro, missing `doc`, `topic` or `correlate`, file name unlike the event's name, two events of one name,
 * one nested type defined in two ways.
 */
export function loadSchemas(directory: string): SchemaSet {
  const files = contextsOf(directory).flatMap((context) =>
    readdirSync(join(directory, context))
      .filter((file) => file.endsWith(".avsc"))
      .sort()
      .map((file) => ({ context, file: join(directory, context, file) })),
  );
  if (files.length === 0) throw new TroupeError("SCHEMA_INVALID", { file: directory, reason: "it holds no <context>/<Event>.avsc" });
  const events = files.map(({ context, file }) => readEvent(file, context, directory));
  refuseClashes(events);
  return { directory, events };
}

function contextsOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name !== "node_modules" && statSync(join(directory, name)).isDirectory())
      .sort();
  } catch (error) {
    throw new TroupeError("SCHEMA_INVALID", { file: directory, reason: `it can't be read: ${reasonOf(error)}` }, error);
  }
}

function readEvent(file: string, context: string, directory: string): EventSchema {
  const shown = relative(directory, file);
  try {
    const event = eventSchema(JSON.parse(readFileSync(file, "utf8")) as Json, context); // JSON.parse gives JSON
    if (shown !== join(context, `${event.name}.avsc`))
      throw new Error(`it defines ${event.name}, so its name has to be ${event.name}.avsc`);
    return event;
  } catch (error) {
    throw new TroupeError("SCHEMA_INVALID", { file: shown, reason: reasonOf(error) }, error);
  }
}

/** Events are known by their short name everywhere; a nested type has one shape per full name and one short name per context. */
function refuseClashes(events: readonly EventSchema[]): void {
  const byName = new Map<string, EventSchema>();
  const nested = new Map<string, { readonly shape: string; readonly fullName: string }>();
  for (const event of events) {
    const file = join(event.context, `${event.name}.avsc`);
    const other = byName.get(event.name);
    if (other !== undefined) {
      throw new TroupeError("SCHEMA_INVALID", {
        file,
        reason: `the name ${event.name} is taken by ${other.fullName}; event names are unique`,
      });
    }
    byName.set(event.name, event);
    for (const type of namedTypes(event.type)) {
      const place = `${event.context}/${shortName(type.fullName)}`;
      const known = nested.get(place);
      const shape = shapeOf(type);
      if (known !== undefined && (known.shape !== shape || known.fullName !== type.fullName)) {
        throw new TroupeError("SCHEMA_INVALID", {
          file,
          reason: `${type.fullName} is defined otherwise in another event of ${event.context}`,
        });
      }
      nested.set(place, { shape, fullName: type.fullName });
    }
  }
}

/** A type as text with nested named types by name, so that recursion ends. */
function shapeOf(type: NamedType): string {
  return JSON.stringify(type, (key, value) => (key !== "" && value?.fullName !== undefined ? value.fullName : value));
}
