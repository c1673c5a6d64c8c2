import type { HttpRequest, HttpRoute, Json, JsonSchema } from "@troupe/kernel";
import { isLevel, LEVELS } from "../compatibility/levels.ts";
import type { FileRegistry } from "./file-registry.ts";
import { answered, noLevel, noSchema, noSubject, noVersion, RestRefusal } from "./rest-answers.ts";
import type { StoredVersion } from "./schema-store.ts";

/**
 * The part of the Confluent Schema Registry REST API that clients need to read and write events, under `/registry`.
 * Request bodies come as application/vnd.schemaregistry.v1+json, so the server has to read that type as JSON.
 */
export function registryRoutes(registry: FileRegistry): readonly HttpRoute[] {
  const { store } = registry;
  const versionsOf = async (subject: string): Promise<readonly StoredVersion[]> => {
    const versions = await store.versions(subject);
    if (versions.length === 0) throw noSubject(subject);
    return versions;
  };
  return [
    route("GET /registry/subjects", "Subjects", async () => await store.subjects()),
    route("GET /registry/subjects/{subject}/versions", "Versions of a subject", async ({ params }) =>
      (await versionsOf(given(params, "subject"))).map(({ version }) => version),
    ),
    route("GET /registry/subjects/{subject}/versions/{version}", "One version", async ({ params }) => {
      const subject = given(params, "subject");
      return shown(subject, pick(await versionsOf(subject), given(params, "version")));
    }),
    route("POST /registry/subjects/{subject}/versions", "Register a schema", async ({ params, body }) => ({
      id: await registry.register(given(params, "subject"), schemaIn(body)),
    })),
    route("POST /registry/subjects/{subject}", "Look a schema up", async ({ params, body }) => {
      const subject = given(params, "subject");
      await versionsOf(subject);
      const found = await registry.find(subject, schemaIn(body));
      if (found === undefined) throw noSchema("");
      return shown(subject, found);
    }),
    route("GET /registry/schemas/ids/{id}", "Schema by id", async ({ params }) => {
      const schema = await store.textById(Number(given(params, "id")));
      if (schema === undefined) throw noSchema(given(params, "id"));
      return { schema };
    }),
    route("POST /registry/compatibility/subjects/{subject}/versions/{version}", "Would it be accepted", async ({ params, body }) => {
      const subject = given(params, "subject");
      const version = pick(await versionsOf(subject), given(params, "version"));
      const messages = await registry.check(subject, schemaIn(body), [version]);
      return { is_compatible: messages.length === 0, messages };
    }),
    ...levelRoutes(registry),
  ];
}

function levelRoutes({ store, levelOf }: FileRegistry): readonly HttpRoute[] {
  return [
    route("GET /registry/config", "Level of the registry", async () => ({ compatibilityLevel: (await store.level(null)) ?? "BACKWARD" })),
    route("PUT /registry/config", "Set the level of the registry", async ({ body }) => {
      const compatibility = levelIn(body);
      await store.setLevel(null, compatibility);
      return { compatibility };
    }),
    route("GET /registry/config/{subject}", "Level of a subject", async ({ params, query }) => {
      const subject = given(params, "subject");
      const own = await store.level(subject);
      if (own === undefined && String(query["defaultToGlobal"]) !== "true") throw noLevel(subject);
      return { compatibilityLevel: await levelOf(subject) };
    }),
    route("PUT /registry/config/{subject}", "Set the level of a subject", async ({ params, body }) => {
      const compatibility = levelIn(body);
      await store.setLevel(given(params, "subject"), compatibility);
      return { compatibility };
    }),
  ];
}

const TEXT: JsonSchema = { type: "string" };
const OBJECT: JsonSchema = { type: "object" };
const REFUSED = { description: "Refused", schema: { type: "object", properties: { error_code: { type: "integer" }, message: TEXT } } };

function route(place: string, summary: string, work: (request: HttpRequest) => Promise<Json>): HttpRoute {
  const [method, path = ""] = place.split(" ");
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const params: JsonSchema = { type: "object", properties: Object.fromEntries(names.map((name) => [name, TEXT])), required: names };
  return {
    method: method as HttpRoute["method"], // written above
    path,
    summary,
    tag: "registry",
    ...(names.length === 0 ? {} : { params }),
    ...(method === "GET" ? {} : { body: OBJECT }),
    responses: { 200: { description: summary }, 404: REFUSED, 409: REFUSED, 422: REFUSED },
    handle: (request) => answered(() => work(request)),
  };
}

function given(params: HttpRequest["params"], name: string): string {
  return params[name] ?? "";
}

function pick(versions: readonly StoredVersion[], wanted: string): StoredVersion {
  if (wanted !== "latest" && !/^[1-9]\d*$/.test(wanted)) {
    throw new RestRefusal(42202, `The specified version '${wanted}' is not a valid version id. Allowed are 1 and up, and latest.`);
  }
  const found = wanted === "latest" ? versions.at(-1) : versions.find(({ version }) => version === Number(wanted));
  if (found === undefined) throw noVersion(wanted);
  return found;
}

function shown(subject: string, { id, version, text }: StoredVersion): Json {
  return { subject, id, version, schema: text };
}

function member(body: Json, name: string): Json | undefined {
  return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as { readonly [name: string]: Json })[name] : undefined;
}

function schemaIn(body: Json): string {
  const schema = member(body, "schema");
  const kind = member(body, "schemaType") ?? "AVRO";
  const references = member(body, "references");
  if (kind !== "AVRO") throw new RestRefusal(42201, `schemaType is ${JSON.stringify(kind)}; allowed is AVRO.`);
  if (Array.isArray(references) && references.length > 0) throw new RestRefusal(42201, "References are not kept here; write the types in.");
  if (typeof schema !== "string") throw new RestRefusal(42201, "`schema` is missing; it is the schema's JSON as text.");
  return schema;
}

function levelIn(body: Json) {
  const level = member(body, "compatibility");
  if (!isLevel(level)) throw new RestRefusal(42203, `compatibility is ${JSON.stringify(level ?? null)}; allowed are ${LEVELS.join(", ")}.`);
  return level;
}
