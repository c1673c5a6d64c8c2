import { type Codec, type Ids, type JsonObject, type Log, type Settings, TroupeError } from "@troupe/kernel";
import { type CompiledDefinition, childContract, compileDefinition, definitionInvalid, formatProblem } from "../core/index.ts";
import { type Parsed, parseAll } from "./parse-all.ts";

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
 * A definition with an error is refused, all its problems logged, and the others run. Content that the store knows keeps
 * its version, changed content becomes the next number, and earlier versions are loaded from the store for the sagas that
 * run them. Throws DEFINITION_INVALID when no file is left, for a saga defined in two files, and for one that names a
 * sub-saga which is not among them.
 */
export async function loadDefinitions(sources: DefinitionSources): Promise<Definitions> {
  const stored = (await sources.settings.list(PREFIX)).map(({ value }) => value as Stored); // only register writes below PREFIX
  const active: CompiledDefinition[] = [];
  for (const parsed of usable(sources.files, sources)) active.push(await register(parsed, { stored, active, sources }));
  const labels = new Set(active.map(({ label }) => label));
  const earlier = parseAll(stored, sources.codec.events).flatMap((parsed) => {
    const definition = compileStored(parsed, { active, sources });
    return definition === undefined || labels.has(definition.label) ? [] : [definition];
  });
  return definitionsOf(active, [...active, ...earlier]);
}

const PREFIX = "definition/";

type Usable = { readonly entry: DefinitionFile; readonly definition: NonNullable<Parsed<DefinitionFile>["definition"]> };

/** Those without errors, sub-sagas before the sagas that start them. */
function usable(files: readonly DefinitionFile[], { codec, log }: DefinitionSources): readonly Usable[] {
  const all = parseAll(files, codec.events);
  const good = all.flatMap(({ entry, definition }) => (definition === undefined ? [] : [{ entry, definition }]));
  if (good.length === 0 && all.length > 0) throw definitionInvalid(all.flatMap(({ problems }) => problems)); // told once, by whoever ends
  for (const { problems } of all) {
    for (const problem of problems) {
      const fields = { code: problem.code };
      if (problem.severity === "error") log.error(fields, formatProblem(problem));
      else log.warn(fields, formatProblem(problem));
    }
  }
  return good;
}

type Registering = {
  readonly stored: readonly Stored[];
  readonly active: readonly CompiledDefinition[];
  readonly sources: DefinitionSources;
};

async function register({ entry, definition }: Usable, { stored, active, sources }: Registering): Promise<CompiledDefinition> {
  const { codec, ids, settings, log } = sources;
  const { file, text } = entry;
  const options = { ids, events: codec.events, children: childrenOf(active) };
  const probe = compileDefinition(definition, { ...options, version: 1 });
  if (active.some(({ name }) => name === probe.name)) {
    throw new TroupeError("DEFINITION_INVALID", {
      file,
      line: 1,
      column: 1,
      reason: `saga ${probe.name} is defined in another file already`,
    });
  }
  const versions = stored.filter(({ name }) => name === probe.name);
  const known = versions.find((one) => one.text === text) ?? versions.find(({ hash }) => hash === probe.hash);
  if (known !== undefined) return compileDefinition(definition, { ...options, version: known.version, hash: known.hash });
  const version = Math.max(0, ...versions.map((one) => one.version)) + 1;
  const added: Stored & JsonObject = { name: probe.name, version, hash: probe.hash, file, text };
  // With the hash: two processes that activate different content at once must not overwrite each other's.
  await settings.put(`${PREFIX}${probe.name}/${String(version).padStart(6, "0")}-${probe.hash}`, added);
  log.info({ saga: probe.name, version }, `${probe.name} is active as version ${version}`);
  return version === 1 ? probe : compileDefinition(definition, { ...options, version });
}

/**
 * An earlier version under the number and the hash that documents know it by. Undefined for one that today's schemas do
 * not allow: its sagas can't go on here, all others must.
 */
function compileStored(
  { entry, definition, problems }: Parsed<Stored>,
  { active, sources }: { readonly active: readonly CompiledDefinition[]; readonly sources: DefinitionSources },
): CompiledDefinition | undefined {
  const { codec, ids, log } = sources;
  const { name, version, hash } = entry;
  if (definition !== undefined)
    return compileDefinition(definition, { ids, events: codec.events, children: childrenOf(active), version, hash });
  const error = definitionInvalid(problems);
  log.error({ saga: name, version, code: error.code }, `version ${version} of ${name} can't be loaded: ${error.message}`);
  return undefined;
}

function childrenOf(active: readonly CompiledDefinition[]) {
  const contracts = active.map((definition) => [definition.name, childContract(definition)] as const);
  return new Map(contracts.flatMap(([name, contract]) => (contract === undefined ? [] : [[name, contract]])));
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
