import { type Codec, type Ids, type JsonObject, type Log, type Settings, TroupeError } from "@troupe/kernel";
import { type CompiledDefinition, compileDefinition, definitionInvalid, formatProblem, parseDefinition } from "../core/index.ts";

/** The definitions of a process: the active ones take new sagas, every earlier version serves those that began under it. */
export type Definitions = {
  readonly active: readonly CompiledDefinition[];
  readonly all: readonly CompiledDefinition[];
  /** Short names of all events that any version follows. */
  readonly wants: ReadonlySet<string>;
  /** The version that a document carries as `name@version#hash`. Throws DEFINITION_NOT_LOADED. */
  pinned(label: string): CompiledDefinition;
};

type Stored = { readonly name: string; readonly version: number; readonly hash: string; readonly file: string; readonly text: string };

/** A definition file as the composition root read it. `file` is shown in problems. */
export type DefinitionFile = { readonly file: string; readonly text: string };

export type DefinitionSources = {
  readonly files: readonly DefinitionFile[];
  readonly codec: Codec;
  readonly ids: Ids;
  readonly settings: Settings;
  readonly log: Log;
};

/**
 * Content that the store knows keeps its version, changed content becomes the next number, and earlier versions are
 * loaded from the store for the sagas that run them. Throws DEFINITION_INVALID with every problem of the first faulty
 * file.
 */
export async function loadDefinitions(sources: DefinitionSources): Promise<Definitions> {
  const stored = (await sources.settings.list(PREFIX)).map(({ value }) => value as Stored); // only register writes below PREFIX
  const active: CompiledDefinition[] = [];
  for (const file of sources.files) active.push(await register(file, stored, { sources, taken: active }));
  const labels = new Set(active.map(({ label }) => label));
  const earlier = stored.flatMap((entry) => {
    const definition = compileEarlier(entry, sources);
    return definition === undefined || labels.has(definition.label) ? [] : [definition];
  });
  return definitionsOf(active, [...active, ...earlier]);
}

const PREFIX = "definition/";

async function register(
  { file, text }: DefinitionFile,
  stored: readonly Stored[],
  { sources, taken }: { readonly sources: DefinitionSources; readonly taken: readonly CompiledDefinition[] },
): Promise<CompiledDefinition> {
  const { definition, problems } = parseDefinition(text, { file, events: sources.codec.events });
  if (definition === undefined) throw definitionInvalid(problems);
  for (const problem of problems) sources.log.warn({ code: problem.code }, formatProblem(problem));
  const compile = (version: number) => compileDefinition(definition, { version, ids: sources.ids, events: sources.codec.events });
  const { name, hash } = compile(1);
  if (taken.some((other) => other.name === name)) {
    throw new TroupeError("DEFINITION_INVALID", { file, line: 1, column: 1, reason: `saga ${name} is defined in another file already` });
  }
  const versions = stored.filter((entry) => entry.name === name);
  const known = versions.find((entry) => entry.hash === hash);
  const version = known?.version ?? Math.max(0, ...versions.map((entry) => entry.version)) + 1;
  if (known === undefined) {
    const entry: Stored & JsonObject = { name, version, hash, file, text };
    // With the hash: two processes that activate different content at once must not overwrite each other's.
    await sources.settings.put(`${PREFIX}${name}/${String(version).padStart(6, "0")}-${hash}`, entry);
    sources.log.info({ saga: name, version }, `${name} is active as version ${version}`);
  }
  return compile(version);
}

/** Undefined for one that today's schemas do not allow: its sagas can't go on here, all others must. */
function compileEarlier({ name, version, file, text }: Stored, { codec, ids, log }: DefinitionSources): CompiledDefinition | undefined {
  const { definition, problems } = parseDefinition(text, { file, events: codec.events });
  if (definition !== undefined) return compileDefinition(definition, { version, ids, events: codec.events });
  const error = definitionInvalid(problems);
  log.error({ saga: name, version, code: error.code }, `version ${version} of ${name} can't be loaded: ${error.message}`);
  return undefined;
}

function definitionsOf(active: readonly CompiledDefinition[], all: readonly CompiledDefinition[]): Definitions {
  const byLabel = new Map(all.map((definition) => [definition.label, definition]));
  return {
    active,
    all,
    wants: new Set(all.flatMap(({ wants }) => [...wants])),
    pinned: (label) => {
      const definition = byLabel.get(label);
      if (definition !== undefined) return definition;
      throw new TroupeError("DEFINITION_NOT_LOADED", { definition: label, id: "any", label, allowed: [...byLabel.keys()] });
    },
  };
}
