import { type JsonObject, type Settings, TroupeError } from "@troupe/kernel";

/** A version of a definition as the store keeps it: for as long as there is a store, since any saga may run it. */
export type StoredVersion = {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  readonly file: string;
  readonly text: string;
};

/** The fact that a version takes the new sagas from now on. `by`: who made it so; `file`: it came as new content of a file. */
export type Activation = {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  readonly by: string;
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
};

const VERSIONS = "definition/";
const ACTIVATIONS = "activation/";

/** Every version that the store knows, by name and number. */
export async function storedVersions(settings: Settings): Promise<readonly StoredVersion[]> {
  return (await settings.list(VERSIONS)).map(({ value }) => value as StoredVersion); // only storeVersion writes below VERSIONS
}

/** Every activation, oldest first for each name. */
export async function activations(settings: Settings): Promise<readonly Activation[]> {
  return (await settings.list(ACTIVATIONS)).map(({ value }) => value as Activation); // only recordActivation writes below ACTIVATIONS
}

/** The version that takes new sagas: the one activated last; of data from before there were activations, the highest. */
export function activeVersion(
  name: string,
  { stored, activated }: { readonly stored: readonly StoredVersion[]; readonly activated: readonly Activation[] },
): StoredVersion | undefined {
  const versions = stored.filter((one) => one.name === name);
  const last = activated.findLast((one) => one.name === name);
  return versions.find(({ version, hash }) => version === last?.version && hash === last.hash) ?? versions.at(-1);
}

export async function storeVersion(settings: Settings, version: StoredVersion): Promise<void> {
  // With the hash: two processes that activate different content at once must not overwrite each other's.
  await settings.put(`${VERSIONS}${version.name}/${numbered(version.version)}-${version.hash}`, { ...version } satisfies JsonObject);
}

/** `before`: the activations so far. Two processes that activate the same version at once record one fact. */
export async function recordActivation(settings: Settings, activation: Activation, before: readonly Activation[]): Promise<void> {
  const count = before.filter(({ name }) => name === activation.name).length;
  await settings.put(`${ACTIVATIONS}${activation.name}/${numbered(count + 1)}-${activation.hash}`, { ...activation } satisfies JsonObject);
}

const numbered = (number: number): string => String(number).padStart(6, "0");

/**
 * An operator makes a version active that the store knows. Processes take it up at their next start. Gives false when it
 * is active already. Throws VERSION_UNKNOWN.
 */
export async function activateVersion(
  settings: Settings,
  { name, version, ...act }: Pick<Activation, "name" | "version" | "by" | "reason" | "at">,
): Promise<boolean> {
  const [stored, activated] = [await storedVersions(settings), await activations(settings)];
  const versions = stored.filter((one) => one.name === name);
  const found = versions.find((one) => one.version === version);
  if (found === undefined) {
    throw new TroupeError("VERSION_UNKNOWN", { definition: name, version, allowed: versions.map((one) => String(one.version)) });
  }
  const active = activeVersion(name, { stored, activated });
  if (active?.version === version && active.hash === found.hash) return false;
  await recordActivation(settings, { name, version, hash: found.hash, ...act }, activated);
  return true;
}
