import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Codec, type Ids, type JsonObject, type Log, reasonOf, type Settings, TroupeError } from "@troupe/kernel";
import { type CompiledDefinition, compileDefinition, definitionInvalid, formatProblem, parseDefinition } from "../core/index.ts";

/** The definitions of a process: the active ones take new sagas, every earlier version serves those that began under it. */
export type Definitions = {
  readonly active: readonly CompiledDefinition[];
  readonly all: readonly CompiledDefinition[];
  /** Short names of all events that any version follows. */
  readonly wants: ReadonlySet<string>;
  /** The active version. Throws DEFINITION_NOT_LOADED. */
  byName(name: string): CompiledDefinition;
  /** The version that a document carries as `name@version#hash`. Throws DEFINITION_NOT_LOADED. */
  pinned(label: string): CompiledDefinition;
};

type Stored = { readonly name: string; readonly version: number; readonly hash: string; readonly file: string; readonly text: string };

export type DefinitionSources = {
  readonly folder: string;
  readonly codec: Codec;
  readonly ids: Ids;
  readonly settings: Settings;
  readonly log: Log;
};

/**
 * Reads every `*.saga.yaml` of the folder. Content that the store knows keeps its version, changed content becomes the
 * next number, and earlier versions are loaded from the store for the sagas that run them. Throws DEFINITION_INVALID
 * with every problem of the first faulty file, or when the folder holds no definition.
 */
export async function loadDefinitions(sources: DefinitionSources): Promise<Definitions> {
  const stored = (await sources.settings.list(PREFIX)).map(({ value }) => value as Stored); // only register writes below PREFIX
  const active: CompiledDefinition[] = [];
  for (const file of definitionFiles(sources.folder)) active.push(await register(file, stored, sources));
  const earlier = stored.filter(
    ({ name, version }) => !active.some((definition) => definition.name === name && definition.version === version),
  );
  return definitionsOf(active, [...active, ...earlier.map((entry) => compileText(entry, entry.version, sources))]);
}

const PREFIX = "definition/";
const ENDING = /\.saga\.(yaml|yml|json)$/;

function definitionFiles(folder: string): readonly string[] {
  const refuse = (reason: string) => new TroupeError("DEFINITION_INVALID", { file: folder, line: 1, column: 1, reason });
  try {
    const files = readdirSync(folder)
      .filter((name) => ENDING.test(name))
      .sort();
    if (files.length === 0) throw refuse("holds no definition; a file ending in .saga.yaml is needed");
    return files.map((name) => join(folder, name));
  } catch (error) {
    throw error instanceof TroupeError ? error : refuse(`can't be read: ${reasonOf(error)}`);
  }
}

async function register(file: string, stored: readonly Stored[], sources: DefinitionSources): Promise<CompiledDefinition> {
  const text = readFileSync(file, "utf8");
  const probe = compileText({ file, text }, 1, sources);
  const versions = stored.filter(({ name }) => name === probe.name);
  const known = versions.find(({ hash }) => hash === probe.hash);
  const version = known?.version ?? Math.max(0, ...versions.map((entry) => entry.version)) + 1;
  if (known === undefined) {
    const entry: Stored & JsonObject = { name: probe.name, version, hash: probe.hash, file, text };
    await sources.settings.put(`${PREFIX}${probe.name}/${String(version).padStart(6, "0")}`, entry);
    sources.log.info({ saga: probe.name, version }, `${probe.name} is active as version ${version}`);
  }
  return version === 1 ? probe : compileText({ file, text }, version, sources);
}

function compileText(
  { file, text }: { readonly file: string; readonly text: string },
  version: number,
  { codec, ids, log }: DefinitionSources,
): CompiledDefinition {
  const { definition, problems } = parseDefinition(text, { file, events: codec.events });
  if (definition === undefined) throw definitionInvalid(problems);
  for (const problem of problems) log.warn({ code: problem.code }, formatProblem(problem));
  return compileDefinition(definition, { version, ids, events: codec.events });
}

function definitionsOf(active: readonly CompiledDefinition[], all: readonly CompiledDefinition[]): Definitions {
  const byLabel = new Map(all.map((definition) => [definition.label, definition]));
  const byName = new Map(active.map((definition) => [definition.name, definition]));
  const found = (definition: CompiledDefinition | undefined, label: string): CompiledDefinition => {
    if (definition !== undefined) return definition;
    throw new TroupeError("DEFINITION_NOT_LOADED", { definition: label, id: "any", label, allowed: [...byLabel.keys()] });
  };
  return {
    active,
    all,
    wants: new Set(all.flatMap(({ wants }) => [...wants])),
    byName: (name) => found(byName.get(name), name),
    pinned: (label) => found(byLabel.get(label), label),
  };
}
