import { type DocumentStore, explain, type Log } from "@troupe/kernel";
import { COORDINATOR, readVersions, replayStored, storedVersions } from "@troupe/saga-coordinator";
import {
  type CompiledDefinition,
  childContractsOf,
  compileDefinition,
  type Difference,
  type Replayed,
} from "@troupe/saga-coordinator/core";
import { parse } from "../compose/run-main.ts";
import { systemClock } from "../system-clock.ts";
import { fileCommand, ids, oneDefinition, print, say } from "./definition-file.ts";
import { type StoreOptions, withStore } from "./stored.ts";

type ReplayOptions = StoreOptions & { readonly schemas: string; readonly json: boolean; readonly saga?: string };
type Read = Exclude<Awaited<ReturnType<typeof oneDefinition>>, { readonly exitCode: number }>;

/** `troupe replay`: 0 when no instance would fare otherwise, 1 when some would or nobody can tell, 2 when something can't be read. */
export async function replayCommand(args: readonly string[]): Promise<number> {
  const command = fileCommand("replay", {
    files: "<file>",
    description:
      "Folds the history of every stored instance of a saga through another version of it, and names those that would end\ndifferently, hang, or ask for other undos. Changes nothing. Exit code 0 when there is none, 1 when there are some, 2 when\nthe file or the data can't be read.",
  })
    .option("--saga <name>", "the saga whose instances are replayed, when the file calls it otherwise")
    .option("--on <target>", "embedded or native")
    .option("--data <dir>", "folder of the embedded data file");
  if (!(await parse(command, args))) return 0;
  const options = command.opts<ReplayOptions>();
  const [file = ""] = command.args;
  const read = await oneDefinition(file, options.schemas);
  if ("exitCode" in read) return 2;
  try {
    return await withStore(options, (store, log) => replayIn(store, { read, log, options }));
  } catch (error) {
    say(explain(error));
    return 2;
  }
}

type Replaying = { readonly read: Read; readonly log: Log; readonly options: ReplayOptions };

async function replayIn(store: DocumentStore, { read, log, options }: Replaying): Promise<number> {
  const { saga = read.definition.saga, json } = options;
  const other = await numbered(store, read, saga);
  const versions = await readVersions({ settings: store.settings, codec: read, ids, log });
  const documents = store.documents(COORDINATOR);
  const different: Different[] = [];
  let instances = 0;
  for await (const one of replayStored({ documents, versions, saga, other, now: systemClock().now() })) {
    instances += 1;
    if (one.difference === null) continue;
    const { difference } = one;
    different.push({ ...one, difference });
    if (!json) print(`${saga}/${one.id} ${difference.kind} (${one.status}, ${versionIn(one.label)}): ${difference.sentence}`);
  }
  report({ saga, version: other.version, instances, different, json });
  return different.length === 0 ? 0 : 1;
}

type Different = Replayed & { readonly difference: Difference };

/** The number that the file's content has, or would get. */
async function numbered(store: DocumentStore, { definition, events, sagas }: Read, saga: string): Promise<CompiledDefinition> {
  const options = { ids, events, children: childContractsOf(definition, { sagas, ids, events }) };
  const { hash } = compileDefinition(definition, { ...options, version: 1 });
  const stored = (await storedVersions(store.settings)).filter(({ name }) => name === saga);
  const known = stored.find((one) => one.hash === hash)?.version;
  return compileDefinition(definition, { ...options, version: known ?? Math.max(0, ...stored.map(({ version }) => version)) + 1 });
}

const versionIn = (label: string): string => `version ${/@(\d+)#/.exec(label)?.[1] ?? label}`;

type Report = {
  readonly saga: string;
  readonly version: number;
  readonly instances: number;
  readonly different: readonly Different[];
  readonly json: boolean;
};

function report({ saga, version, instances, different, json }: Report): void {
  const same = instances - different.length;
  const counts = countsOf(different);
  if (json) {
    const list = different.map(({ id, label, status, difference }) => ({ id, label, status, ...difference }));
    print(JSON.stringify({ saga, version, instances, same, ...counts, different: list }, null, 2));
    return;
  }
  const others = Object.entries(counts).flatMap(([kind, count]) => (count === 0 ? [] : [`${count} ${kind}`]));
  const through = `through version ${version}`;
  print(`${saga}: ${instances} instances ${through}: ${[`${same} the same`, ...others].join(", ")}`);
}

function countsOf(different: readonly Different[]): { readonly [kind in Difference["kind"]]: number } {
  const counts = { "ends-differently": 0, hangs: 0, "compensates-differently": 0, "data-missing": 0 };
  for (const { difference } of different) counts[difference.kind] += 1;
  return counts;
}
