import type { COMPATIBILITY, SchemaRegistry } from "@kafkajs/confluent-schema-registry";
import { type Json, type JsonObject, reasonOf, TroupeError } from "@troupe/kernel";
import { isLevel, type Level, type Version, violationsOf } from "../compatibility/levels.ts";
import { FOREIGN, parseAvro, REGISTERED } from "../schema/parse.ts";
import { type ConfluentRest, confluentRest, splitCredentials } from "./confluent-rest.ts";
import { inlineReferences } from "./inline-references.ts";
import type { Registry } from "./port.ts";

/** `url`: base address, e.g. `http://127.0.0.1:8081`, with user and password where the registry asks for them. */
export type ConfluentRegistryOptions = { readonly url: string };

/**
 * A Confluent-compatible registry through @kafkajs/confluent-schema-registry. Subjects follow RecordNameStrategy;
 * a new subject gets BACKWARD, one that exists keeps its level. Connects at the first use.
 */
export function confluentRegistry({ url }: ConfluentRegistryOptions): Registry {
  const rest = confluentRest(url);
  let client: Promise<SchemaRegistry> | undefined;
  const connect = (): Promise<SchemaRegistry> => {
    client ??= makeClient(url);
    return client;
  };
  return {
    async register(subject, schema) {
      const known = await idOf(rest, subject, schema);
      if (known !== undefined) return known;
      const level = await levelOf(rest, subject);
      await refuseIncompatible({ rest, subject, schema, level: level ?? "BACKWARD" });
      const options = { subject, compatibility: (level ?? "BACKWARD") as COMPATIBILITY }; // an enum of the same texts
      try {
        const { SchemaType } = await import("@kafkajs/confluent-schema-registry");
        return (await (await connect()).register({ type: SchemaType.AVRO, schema }, options)).id;
      } catch (error) {
        // Processes that start together register the same schemas: the loser is refused, and its schema is there.
        const there = await idOf(rest, subject, schema).catch(() => undefined);
        if (there !== undefined) return there;
        throw classify(error, { subject, level: level ?? "BACKWARD", address: rest.address });
      }
    },
    async schemaById(id) {
      const found = await rest.ask(`/schemas/ids/${id}`);
      return found === null ? undefined : selfContained(rest, found);
    },
    describe: () => ({ adapter: "confluent", address: rest.address }),
  };
}

/** Imported late: the client brings JSON Schema and Protobuf libraries that an embedded process never needs. */
async function makeClient(url: string): Promise<SchemaRegistry> {
  const { SchemaRegistry: Client } = await import("@kafkajs/confluent-schema-registry");
  const { address, credentials } = splitCredentials(url);
  return new Client({
    host: address,
    clientId: "troupe",
    retry: { retries: 1 },
    ...(credentials === undefined ? {} : { auth: credentials }),
  });
}

/** Id of exactly this schema under the subject, undefined where it is not registered. */
async function idOf(rest: ConfluentRest, subject: string, schema: string): Promise<number | undefined> {
  const found = await rest.ask(`/subjects/${encodeURIComponent(subject)}`, { schema });
  return found === null ? undefined : Number(found["id"]);
}

async function levelOf(rest: ConfluentRest, subject: string): Promise<Level | undefined> {
  const config = await rest.ask(`/config/${encodeURIComponent(subject)}`);
  const level = String(config?.["compatibilityLevel"] ?? "").toUpperCase();
  return isLevel(level) ? level : undefined;
}

type Candidate = { readonly rest: ConfluentRest; readonly subject: string; readonly schema: string; readonly level: Level };

/** Before the server is asked, because servers name the first violation only, and some name none. */
async function refuseIncompatible({ rest, subject, schema, level }: Candidate): Promise<void> {
  let violations: readonly string[];
  const earlier = await earlierVersions(rest, subject, level);
  try {
    violations = violationsOf(level, parseAvro(JSON.parse(schema) as Json, REGISTERED), earlier); // JSON.parse gives JSON
  } catch (error) {
    throw new TroupeError("SCHEMA_INVALID", { file: subject, reason: reasonOf(error) }, error);
  }
  if (violations.length > 0) throw new TroupeError("SCHEMA_INCOMPATIBLE", { subject, level, violations: violations.join("; ") });
}

async function earlierVersions(rest: ConfluentRest, subject: string, level: Level): Promise<readonly Version[]> {
  const base = `/subjects/${encodeURIComponent(subject)}/versions`;
  const latest = level === "NONE" ? null : await rest.ask(`${base}/latest`);
  if (latest === null) return [];
  const versions: Version[] = [];
  for (let number = level.endsWith("_TRANSITIVE") ? 1 : Number(latest["version"]); number <= Number(latest["version"]); number++) {
    const found = number === Number(latest["version"]) ? latest : await rest.ask(`${base}/${number}`);
    if (found === null) continue; // deleted
    const type = parseAvro(JSON.parse(await selfContained(rest, found)) as Json, FOREIGN); // a registry holds valid schemas
    versions.push({ version: number, type });
  }
  return versions;
}

type Reference = { readonly name: string; readonly subject: string; readonly version: number };

/** The text of a schema answer, with its references (and theirs) inside. */
async function selfContained(rest: ConfluentRest, answer: { readonly [name: string]: unknown }): Promise<string> {
  const text = String(answer["schema"]);
  const definitions = new Map<string, JsonObject>();
  const collect = async (references: unknown): Promise<void> => {
    for (const { name, subject, version } of (references ?? []) as readonly Reference[]) {
      // the API's own shape
      if (definitions.has(name)) continue;
      const found = await rest.ask(`/subjects/${encodeURIComponent(subject)}/versions/${version}`);
      if (found === null) continue;
      definitions.set(name, JSON.parse(String(found["schema"])) as JsonObject); // what is referred to is a named type
      await collect(found["references"]);
    }
  };
  await collect(answer["references"]);
  return definitions.size === 0 ? text : JSON.stringify(inlineReferences(JSON.parse(text) as Json, definitions)); // JSON.parse gives JSON
}

/** The client's ResponseError: a network failure comes as status 400, so only the statuses of a real refusal count. */
function classify(error: unknown, about: { readonly subject: string; readonly level: string; readonly address: string }): TroupeError {
  const status = typeof error === "object" && error !== null && "status" in error ? error.status : undefined;
  const reason = reasonOf(error);
  if (status === 409) return new TroupeError("SCHEMA_INCOMPATIBLE", { ...about, violations: reason }, error);
  if (status === 422) return new TroupeError("SCHEMA_INVALID", { file: about.subject, reason }, error);
  return new TroupeError("REGISTRY_UNREACHABLE", { address: about.address, reason }, error);
}
