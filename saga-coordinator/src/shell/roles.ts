import { type EnginePorts, type FoldedDocument, Processor } from "@troupe/engine";
import type { Role } from "@troupe/service-kit";
import { apiRoutes } from "../api/index.ts";
import { LIFECYCLE_EVENTS } from "../core/index.ts";
import { type DefinitionFile, type Definitions, loadDefinitions } from "./definitions.ts";
import { sagaOf } from "./saga-document.ts";
import { COORDINATOR, type SagaEnded, sagaFold } from "./saga-fold.ts";

export type CoordinatorOptions = {
  /** The definitions that take new sagas. */
  readonly definitions: readonly DefinitionFile[];
};

/** The coordinator: reads the same streams as everybody else, folds them into sagas, emits what undoes them. */
export async function coordinatorRole(ports: EnginePorts, options: CoordinatorOptions): Promise<Role> {
  const definitions = await load(ports, options);
  for (const event of LIFECYCLE_EVENTS) ports.codec.describe(event);
  const topics = [...new Set([...definitions.wants].map((name) => ports.codec.describe(name).topic))].sort();
  const afterDurable = ({ runs }: FoldedDocument): void => {
    for (const run of runs) {
      const { definition, status } = run as SagaEnded; // sagaFold hands over nothing else
      ports.metrics.sagaEnded(definition, status);
    }
  };
  const processor = new Processor({
    fold: sagaFold(definitions),
    ports,
    topics,
    coPartitioned: isCoPartitioned(definitions, ports),
    afterDurable,
  });
  return {
    name: "coordinator",
    routes: [],
    readiness: [processor.readiness()],
    start: () => processor.start(),
    stop: () => processor.stop(),
  };
}

/** Every event is keyed by the field that correlates it, and no definition correlates in another way (engine rule 12). */
function isCoPartitioned({ all, wants }: Definitions, { codec }: EnginePorts): boolean {
  const keyed = [...wants].map((name) => codec.describe(name)).every(({ keyField, correlateField }) => keyField === correlateField);
  return keyed && all.every(({ correlations }) => correlations.size === 0);
}

/** The read side: without state of its own, so it runs anywhere and as often as wanted. */
export async function apiRole(ports: EnginePorts, options: CoordinatorOptions): Promise<Role> {
  const definitions = await load(ports, options);
  const documents = ports.store.documents(COORDINATOR);
  ports.metrics.onScrape(async () => {
    for (const { name } of definitions.active) ports.metrics.sagas(name, await documents.countByStatus(name));
  });
  return {
    name: "api",
    routes: apiRoutes({
      documents,
      deadLetters: ports.store.deadLetters,
      definitions: () => definitions.all,
      stateOf: ({ state }) => sagaOf(state),
    }),
    readiness: [],
    start: async () => {},
    stop: async () => {},
  };
}

function load({ codec, ids, store, log }: EnginePorts, { definitions }: CoordinatorOptions): Promise<Definitions> {
  return loadDefinitions({ files: definitions, codec, ids, settings: store.settings, log });
}
