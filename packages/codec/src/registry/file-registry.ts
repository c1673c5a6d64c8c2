import { type Json, reasonOf, type Settings, TroupeError } from "@troupe/kernel";
import { type Level, type Version, violationsOf } from "../compatibility/levels.ts";
import type { AvroType } from "../schema/avro-type.ts";
import type { SchemaSet } from "../schema/load.ts";
import { FOREIGN, parseAvro, REGISTERED } from "../schema/parse.ts";
import { memorySettings } from "./memory-settings.ts";
import type { Registry } from "./port.ts";
import { type SchemaStore, type StoredVersion, schemaStore } from "./schema-store.ts";

/** The registry of the embedded target: the Registry port, and what its REST face needs. */
export type FileRegistry = Registry & {
  readonly store: SchemaStore;
  /** Level that counts for a subject: its own, the registry's, or BACKWARD. */
  levelOf(subject: string): Promise<Level>;
  /** Every violation that registering would meet. `against`: these versions instead of what the level asks for. Throws SCHEMA_INVALID. */
  check(subject: string, schema: string, against?: readonly StoredVersion[]): Promise<readonly string[]>;
  /** The version of `subject` that has this schema. */
  find(subject: string, schema: string): Promise<StoredVersion | undefined>;
};

export type FileRegistryOptions = {
  readonly schemas: SchemaSet;
  /** Where ids and earlier versions are kept; without it they live as long as the process. */
  readonly storage?: Settings;
};

/** Registrations of one process go one after the other, so that two can't take the same version number. */
export function fileRegistry({ schemas, storage }: FileRegistryOptions): FileRegistry {
  const store = schemaStore(storage ?? memorySettings());
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Out>(work: () => Promise<Out>): Promise<Out> => {
    const next = last.then(work);
    last = next.catch(() => undefined); // the caller has the error; the next one goes on
    return next;
  };
  const levelOf = async (subject: string): Promise<Level> => (await store.level(subject)) ?? (await store.level(null)) ?? "BACKWARD";
  const find = async (subject: string, schema: string) => {
    const text = canonical(subject, schema);
    return (await store.versions(subject)).find((version) => version.text === text);
  };
  const check: FileRegistry["check"] = async (subject, schema, against) => {
    const candidate = parsed(subject, schema);
    const level = await levelOf(subject);
    const earlier = against ?? (await store.versions(subject));
    return violationsOf(level, candidate, earlier.map(typed));
  };
  return {
    store,
    levelOf,
    check,
    find,
    register: (subject, schema) =>
      inTurn(async () => {
        const known = await find(subject, schema);
        if (known !== undefined) return known.id;
        const violations = await check(subject, schema);
        if (violations.length > 0) {
          throw new TroupeError("SCHEMA_INCOMPATIBLE", { subject, level: await levelOf(subject), violations: violations.join("; ") });
        }
        const text = canonical(subject, schema);
        const id = await store.idOf(text);
        const versions = await store.versions(subject);
        await store.addVersion(subject, { version: (versions.at(-1)?.version ?? 0) + 1, id, text });
        return id;
      }),
    schemaById: (id) => store.textById(id),
    describe: () => ({ adapter: "files", address: schemas.directory }),
  };
}

/** Space and escapes don't make another schema. Throws SCHEMA_INVALID when the text is no JSON. */
function canonical(subject: string, schema: string): string {
  return JSON.stringify(jsonOf(subject, schema));
}

function parsed(subject: string, schema: string): AvroType {
  try {
    return parseAvro(jsonOf(subject, schema), REGISTERED);
  } catch (error) {
    throw error instanceof TroupeError ? error : new TroupeError("SCHEMA_INVALID", { file: subject, reason: reasonOf(error) }, error);
  }
}

function jsonOf(subject: string, schema: string): Json {
  try {
    return JSON.parse(schema) as Json; // JSON.parse gives JSON
  } catch (error) {
    throw new TroupeError("SCHEMA_INVALID", { file: subject, reason: `it is not JSON: ${reasonOf(error)}` }, error);
  }
}

/** What was accepted once is not refused now for a logical type that it carries. */
function typed({ version, text }: StoredVersion): Version {
  return { version, type: parseAvro(JSON.parse(text) as Json, FOREIGN) }; // stored by this registry
}
