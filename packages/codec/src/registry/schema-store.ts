import type { Settings } from "@troupe/kernel";
import { isLevel, type Level } from "../compatibility/levels.ts";
import { contentId } from "./schema-id.ts";

export type StoredVersion = { readonly version: number; readonly id: number; readonly text: string };

/** What a registry remembers, on Settings: nothing is ever removed, so every old record stays readable. */
export type SchemaStore = {
  textById(id: number): Promise<string | undefined>;
  /** Id of a schema text, given when it is new. */
  idOf(text: string): Promise<number>;
  subjects(): Promise<readonly string[]>;
  /** In order of version; empty for a subject that is not there. */
  versions(subject: string): Promise<readonly StoredVersion[]>;
  addVersion(subject: string, version: StoredVersion): Promise<void>;
  /** Level of a subject, or of the whole registry for null; undefined when none was set. */
  level(subject: string | null): Promise<Level | undefined>;
  setLevel(subject: string | null, level: Level): Promise<void>;
};

const SCHEMA = "registry/schema/";
const VERSION = "registry/version/";
const LEVEL = "registry/level/";
const GLOBAL_LEVEL = "registry/level";

/** Keys: `registry/schema/<id>`, `registry/version/<subject>/<version>`, `registry/level/<subject>`, `registry/level`. */
export function schemaStore(settings: Settings): SchemaStore {
  const textById = async (id: number): Promise<string | undefined> => textIn(await settings.get(`${SCHEMA}${id}`), "text");
  return {
    textById,
    async idOf(text) {
      for (let attempt = 0; ; attempt++) {
        const id = contentId(text, attempt);
        const taken = await textById(id);
        if (taken === text) return id;
        if (taken !== undefined) continue;
        await settings.put(`${SCHEMA}${id}`, { text });
        return id;
      }
    },
    async subjects() {
      const keys = (await settings.list(VERSION)).map(({ key }) => key.slice(VERSION.length, key.lastIndexOf("/")));
      return [...new Set(keys.map(decodeURIComponent))];
    },
    async versions(subject) {
      const rows = await settings.list(`${VERSION}${encodeURIComponent(subject)}/`);
      const versions = rows.map(({ key, value }) => ({ version: Number(key.slice(key.lastIndexOf("/") + 1)), id: Number(value["id"]) }));
      const stored = versions.map(async ({ version, id }) => ({ version, id, text: (await textById(id)) ?? "null" }));
      return (await Promise.all(stored)).sort((a, b) => a.version - b.version);
    },
    async addVersion(subject, { version, id }) {
      await settings.put(`${VERSION}${encodeURIComponent(subject)}/${version}`, { id });
    },
    async level(subject) {
      const level = textIn(await settings.get(subject === null ? GLOBAL_LEVEL : LEVEL + encodeURIComponent(subject)), "level");
      return isLevel(level) ? level : undefined;
    },
    async setLevel(subject, level) {
      await settings.put(subject === null ? GLOBAL_LEVEL : LEVEL + encodeURIComponent(subject), { level });
    },
  };
}

function textIn(value: { readonly [key: string]: unknown } | null, name: string): string | undefined {
  const found = value?.[name];
  return typeof found === "string" ? found : undefined;
}
