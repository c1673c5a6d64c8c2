import { type Clock, type Codec, type Ids, type Log, type Settings, TroupeError } from "@troupe/kernel";
import { type CompiledDefinition, childContract, compileDefinition, definitionInvalid, formatProblem } from "../core/index.ts";
import { type Parsed, parseAll, parseDistinct } from "./parse-all.ts";
import {
  type Activation,
  activations,
  activeVersion,
  recordActivation,
  type StoredVersion,
  storedVersions,
  storeVersion,
} from "./versions.ts";

/** The definitions of a process: the active ones take new sagas, every earlier version serves those that began under it. */
export type Definitions = {
  readonly active: readonly CompiledDefinition[];
  readonly all: readonly CompiledDefinition[];
  /** Short names of all events that any version follows. */
  readonly wants: ReadonlySet<string>;
  /** Names of the sagas of which there is more than one version. */
  readonly changed: ReadonlySet<string>;
  /** The version that a document carries as `name@version#hash`. Throws DEFINITION_NOT_LOADED. */
  pinned(label: string): CompiledDefinition;
};

/** A definition file as the composition root read it. `file` is shown in problems. */
export type DefinitionFile = { readonly file: string; readonly text: string };

export type DefinitionSources = {
  readonly files: readonly DefinitionFile[];
  readonly codec: Codec;
  readonly ids: Ids;
  readonly settings: Settings;
  readonly log: Log;
  readonly clock: Pick<Clock, "now">;
};

/**
 * A definition with an error is refused, all its problems logged, and the others run. Content that the store knows keeps
 * its version, changed content becomes the next number and is active from now on, and earlier versions are loaded from
 * the store for the sagas that run them. Known content that is not the active version never becomes it by itself: the
 * active one stays. Of two files that define one saga the first counts, and the second is refused. Throws DEFINITION_INVALID when
 * no file is left, and for a saga that names a sub-saga which is not among them.
 */
export async function loadDefinitions(sources: DefinitionSources): Promise<Definitions> {
  const { settings, codec } = sources;
  const known: Known = { stored: await storedVersions(settings), activated: await activations(settings) };
  const parsed = parseAll(known.stored, codec.events);
  const active: CompiledDefinition[] = [];
  for (const usable of usableOf(sources.files, sources)) {
    const definition = await activate(usable, { known, parsed, active, sources });
    if (definition !== undefined) active.push(definition);
  }
  const isActive = ({ entry }: Parsed<StoredVersion>): boolean =>
    active.some(({ name, version, hash }) => name === entry.name && version === entry.version && hash === entry.hash);
  const earlier = compileAll(
    parsed.filter((one) => !isActive(one)),
    { active, sources },
  );
  return definitionsOf(active, [...active, ...earlier]);
}

export type ReadingVersions = Pick<DefinitionSources, "settings" | "ids" | "log"> & { readonly codec: Pick<Codec, "events"> };

/** Every version that the store knows, with nothing activated and nothing written: for who only reads. */
export async function readVersions({ settings, codec, ids, log }: ReadingVersions): Promise<Definitions> {
  const parsed = parseAll(await storedVersions(settings), codec.events);
  return definitionsOf([], compileAll(parsed, { active: [], sources: { codec, ids, log } }));
}

type Known = { readonly stored: readonly StoredVersion[]; readonly activated: readonly Activation[] };

type Usable = { readonly entry: DefinitionFile; readonly definition: NonNullable<Parsed<DefinitionFile>["definition"]> };

/** Those without errors, sub-sagas before the sagas that start them. */
function usableOf(files: readonly DefinitionFile[], { codec, log }: DefinitionSources): readonly Usable[] {
  const { all, repeated } = parseDistinct(files, codec.events);
  const good = all.flatMap(({ entry, definition }) => (definition === undefined ? [] : [{ entry, definition }]));
  if (good.length === 0 && all.length > 0) throw definitionInvalid(all.flatMap(({ problems }) => problems)); // told once, by whoever ends
  for (const problem of [...all.flatMap(({ problems }) => problems), ...repeated]) {
    const fields = { code: problem.code };
    if (problem.severity === "error") log.error(fields, formatProblem(problem));
    else log.warn(fields, formatProblem(problem));
  }
  return good;
}

type Activating = {
  readonly known: Known;
  readonly parsed: readonly Parsed<StoredVersion>[];
  readonly active: readonly CompiledDefinition[];
  readonly sources: DefinitionSources;
};

/** The version of the file's saga that takes new sagas. Undefined: it is one that can't be loaded. */
async function activate(usable: Usable, { known, parsed, active, sources }: Activating): Promise<CompiledDefinition | undefined> {
  const { file, text } = usable.entry;
  const options = { ids: sources.ids, events: sources.codec.events, children: childrenOf(active) };
  const probe = compileDefinition(usable.definition, { ...options, version: 1 });
  const versions = known.stored.filter(({ name }) => name === probe.name);
  const found = versions.find((one) => one.text === text) ?? versions.find(({ hash }) => hash === probe.hash);
  if (found === undefined) {
    const { version } = await register(probe, usable.entry, { known, versions, sources });
    return version === 1 ? probe : compileDefinition(usable.definition, { ...options, version });
  }
  const current = activeVersion(probe.name, known);
  if (current === undefined || current === found) {
    return compileDefinition(usable.definition, { ...options, version: found.version, hash: found.hash });
  }
  sources.log.error({ saga: probe.name, version: found.version }, staysActive(file, { found, current }));
  const stays = parsed.find(({ entry }) => entry === current);
  return stays === undefined ? undefined : compileStored(stays, { active, sources });
}

function staysActive(file: string, { found, current }: { readonly found: StoredVersion; readonly current: StoredVersion }): string {
  const { name, version } = found;
  return (
    `${file} holds version ${version} of ${name}, which is known already; version ${current.version} stays active, ` +
    `since known content never comes back by itself. To make it active: npm run troupe -- activate ${name} ${version} --reason "..."`
  );
}

type Registering = { readonly known: Known; readonly versions: readonly StoredVersion[]; readonly sources: DefinitionSources };

/** New content is the next version, and active. */
async function register(
  { name, hash }: CompiledDefinition,
  { file, text }: DefinitionFile,
  { known, versions, sources: { settings, log, clock } }: Registering,
): Promise<StoredVersion> {
  const added = { name, version: Math.max(0, ...versions.map((one) => one.version)) + 1, hash, file, text };
  const { version } = added;
  await storeVersion(settings, added);
  const fact = { name, version, hash, by: file, reason: "new content of the file", at: clock.now() };
  await recordActivation(settings, fact, known.activated);
  log.info({ saga: name, version }, `${name} is active as version ${version}`);
  return added;
}

type Compiling = { readonly active: readonly CompiledDefinition[]; readonly sources: Omit<ReadingVersions, "settings"> };

/** A sub-saga is the active one of its name, else the latest that is known. */
function compileAll(parsed: readonly Parsed<StoredVersion>[], { active, sources }: Compiling): readonly CompiledDefinition[] {
  const compiled: CompiledDefinition[] = [];
  for (const one of parsed) {
    const definition = compileStored(one, { active: [...compiled, ...active], sources });
    if (definition !== undefined) compiled.push(definition);
  }
  return compiled;
}

/**
 * An earlier version under the number and the hash that documents know it by. Undefined for one that today's schemas do
 * not allow: its sagas can't go on here, all others must.
 */
function compileStored(
  { entry, definition, problems }: Parsed<StoredVersion>,
  { active, sources }: Compiling,
): CompiledDefinition | undefined {
  const { codec, ids, log } = sources;
  const { name, version, hash } = entry;
  try {
    if (definition === undefined) throw definitionInvalid(problems);
    return compileDefinition(definition, { ids, events: codec.events, children: childrenOf(active), version, hash });
  } catch (error) {
    if (!(error instanceof TroupeError)) throw error;
    log.error({ saga: name, version, code: error.code }, `version ${version} of ${name} can't be loaded: ${error.message}`);
    return undefined;
  }
}

/** Of two versions of one saga the later in the list counts. */
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
    changed: new Set(all.map(({ name }) => name).filter((name, at, names) => names.indexOf(name) !== at)),
    pinned: (label) => {
      const definition = byLabel.get(label);
      if (definition !== undefined) return definition;
      throw new TroupeError("DEFINITION_NOT_LOADED", { definition: label, id: "any", label, allowed: [...byLabel.keys()] });
    },
  };
}
