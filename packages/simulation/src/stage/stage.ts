import { fileURLToPath } from "node:url";
import { createCodec, fileRegistry, loadSchemas, memorySettings } from "@troupe/codec";
import type { DocumentFold, EnginePorts } from "@troupe/engine";
import type { EventDescription } from "@troupe/kernel";
import { aliasFold, type Definitions, loadDefinitions, sagaFold } from "@troupe/saga-coordinator/shell";
import { participantFold } from "@troupe/service-kit";
import { SimulatedCodec } from "../ports/codec.ts";
import { simulatedIds } from "../ports/ids.ts";
import { logTo } from "../ports/quiet.ts";
import { definitionText, SAGAS, type Saga, SETS } from "./cast.ts";
import { CAST_EVENTS } from "./events.ts";
import { participant } from "./participants.ts";

/** One of the sets of sagas, ready to be run by any number of worlds. */
export type Stage = {
  readonly sagas: readonly Saga[];
  readonly definitions: Definitions;
  /** Whether a second participant has something to do. */
  readonly services: readonly ("alpha" | "beta")[];
  /** Who folds what, for the laws: they ask the real folds where a record belongs. */
  readonly folds: readonly DocumentFold[];
  /** Topics that each owner reads. */
  readonly topics: ReadonlyMap<string, ReadonlySet<string>>;
  codec(): SimulatedCodec;
};

const SCHEMAS = fileURLToPath(new URL("../../../../schemas", import.meta.url));

/** Loads every set once; worlds share what is immutable. */
export async function loadStages(): Promise<readonly Stage[]> {
  const schemas = loadSchemas(SCHEMAS);
  const real = createCodec({ schemas, registry: await fileRegistry({ schemas, storage: memorySettings() }), ids: simulatedIds });
  const events = [...CAST_EVENTS, ...real.events.filter(({ topic }) => topic.startsWith("troupe."))];
  const byName = new Map(events.flatMap((event) => [[event.name, event] as const, [event.fullName, event] as const]));
  return Promise.all(SETS.map((names) => loadStage(names, events, byName)));
}

async function loadStage(
  names: readonly string[],
  events: readonly EventDescription[],
  byName: ReadonlyMap<string, EventDescription>,
): Promise<Stage> {
  const sagas = SAGAS.filter(({ name }) => names.includes(name));
  const codec = (): SimulatedCodec => new SimulatedCodec(events, byName);
  const complaints: string[] = [];
  const log = logTo((line) => void complaints.push(line));
  const files = sagas.map((saga) => ({ file: `${saga.name}.saga.yaml`, text: definitionText(saga) }));
  const sources: Pick<EnginePorts, "codec" | "ids" | "log"> = { codec: codec(), ids: simulatedIds, log };
  const clock = { now: () => 0 }; // registered before any world begins
  const definitions = await loadDefinitions({ files, settings: memorySettings(), clock, ...sources });
  if (definitions.active.length < sagas.length) throw new Error(complaints.join("\n"));
  const services = (["alpha", "beta"] as const).filter((name) => sagas.some(({ steps }) => steps.some(({ service }) => service === name)));
  const hasAliases = definitions.all.some(({ aliases }) => aliases.length > 0);
  const nowhere = async (): Promise<void> => {};
  const folds = [
    sagaFold(definitions),
    ...(hasAliases ? [aliasFold(definitions, simulatedIds)] : []),
    ...services.map((name) => participantFold(participant(name, sagas, nowhere), { codec: sources.codec, ids: simulatedIds })),
  ];
  const topics = new Map(folds.map(({ owner, wants }) => [owner, new Set([...wants].map((name) => sources.codec.describe(name).topic))]));
  return { sagas, definitions, services, folds, topics, codec };
}
