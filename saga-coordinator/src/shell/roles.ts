import { type DocumentFold, type EngineLimits, type EnginePorts, type FoldedDocument, Processor } from "@troupe/engine";
import { DEFAULT_TENANT } from "@troupe/kernel";
import type { Role } from "@troupe/service-kit";

import { API_SOURCE, type ApiPorts, apiRoutes, claimedCaller } from "../api/index.ts";
import { LIFECYCLE_EVENTS } from "../core/index.ts";
import { aliasFold } from "./alias-fold.ts";
import { type DefinitionFile, type Definitions, loadDefinitions } from "./definitions.ts";
import { sagaOf } from "./saga-document.ts";
import { COORDINATOR, type SagaEnded, sagaFold } from "./saga-fold.ts";
import { scheduleDocument, scheduleFold } from "./schedule-fold.ts";

export type CoordinatorOptions = {
  /** The definitions that take new sagas. */
  readonly definitions: readonly DefinitionFile[];
  /** Whose schedules run. The platform knows of no other tenant by itself: one is whoever writes its name on a record. */
  readonly tenants?: readonly string[];
};

/** What a coordinator runs with, once its definitions are loaded. */
export type LoadedCoordinator = Pick<CoordinatorOptions, "tenants"> & {
  readonly definitions: Definitions;
  readonly limits?: Partial<EngineLimits>;
};

/** The coordinator: reads the same streams as everybody else, folds them into sagas, emits what undoes them. */
export async function coordinatorRole(ports: EnginePorts, options: CoordinatorOptions): Promise<Role> {
  return coordinatorOn(ports, { ...options, definitions: await load(ports, options) });
}

/** The same on definitions that are loaded already. Throws EVENT_UNKNOWN when a schema of a lifecycle event is missing. */
export function coordinatorOn(ports: EnginePorts, { definitions, limits = {}, tenants = [DEFAULT_TENANT] }: LoadedCoordinator): Role {
  for (const event of LIFECYCLE_EVENTS) ports.codec.describe(event);
  const fold = sagaFold(definitions);
  const afterDurable = ({ runs }: FoldedDocument): void => {
    for (const run of runs) {
      const { definition, status } = run as SagaEnded; // sagaFold hands over nothing else
      ports.metrics.sagaEnded(definition, status);
    }
  };
  const sagas = new Processor({
    fold,
    ports,
    topics: topicsOf(fold, ports),
    limits,
    coPartitioned: isCoPartitioned(definitions, ports),
    afterDurable,
  });
  const schedules = new Processor({ fold: scheduleFold(definitions, ports.ids), ports, topics: [], limits });
  const isScheduled = definitions.active.some(({ cron }) => cron !== undefined);
  const processors = [sagas, ...aliasProcessors(definitions, { ports, limits }), ...(isScheduled ? [schedules] : [])];
  return {
    name: "coordinator",
    routes: [],
    readiness: processors.map((processor) => processor.readiness()),
    start: async () => {
      await Promise.all(processors.map((processor) => processor.start()));
      await activateSchedules(schedules, { definitions, ports, tenants });
    },
    stop: async () => void (await Promise.all(processors.map((processor) => processor.stop()))),
  };
}

/** Activation is a fact: it plans the next instant of a schedule that is new or has changed. */
async function activateSchedules(
  schedules: Processor,
  { definitions, ports, tenants }: { definitions: Definitions; ports: EnginePorts; tenants: readonly string[] },
): Promise<void> {
  const { ids, clock, tracing } = ports;
  const scheduled = definitions.active.filter(({ cron }) => cron !== undefined);
  const activations = tenants.flatMap((tenant) =>
    scheduled.map(({ name, label }) => {
      const identity = ids.messageId("troupe.activate", [tenant, label, clock.now()]);
      const span = tracing.timer({ name: "activate", from: undefined, waitedMillis: 0 });
      return schedules.submit(scheduleDocument(tenant, name), { kind: "act", identity, name: "activate", data: {} }, span);
    }),
  );
  await Promise.all(activations);
}

function topicsOf({ wants }: DocumentFold, { codec }: EnginePorts): readonly string[] {
  return [...new Set([...wants].map((name) => codec.describe(name).topic))].sort();
}

/** Aliases have documents and an engine of their own, where any definition has some. */
function aliasProcessors(
  definitions: Definitions,
  { ports, limits }: { readonly ports: EnginePorts; readonly limits: Partial<EngineLimits> },
): readonly Processor[] {
  if (definitions.all.every(({ aliases }) => aliases.length === 0)) return [];
  const fold = aliasFold(definitions, ports.ids);
  return [new Processor({ fold, ports, topics: topicsOf(fold, ports), limits, coPartitioned: false })];
}

/**
 * Every event is keyed by the field that correlates it, and no definition correlates in another way (engine rule 12); the
 * life of a sub-saga is keyed by its own id and concerns its parent.
 */
function isCoPartitioned({ all, wants }: Definitions, { codec }: EnginePorts): boolean {
  const keyed = [...wants].map((name) => codec.describe(name)).every(({ keyField, correlateField }) => keyField === correlateField);
  return keyed && all.every(({ correlations, startsChildren }) => correlations.size === 0 && !startsChildren);
}

/** The read side: without state of its own, so it runs anywhere and as often as wanted. */
export async function apiRole(ports: EnginePorts, options: CoordinatorOptions): Promise<Role> {
  const definitions = await load(ports, options);
  const activeLabels = new Set(definitions.active.map(({ label }) => label));
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
      active: () => activeLabels,
      stateOf: ({ state }) => sagaOf(state),
      publish: publishing(ports),
      describe: (name) => ports.codec.describe(name),
      validate: validating(ports),
      ids: ports.ids,
      caller: claimedCaller,
    }),
    readiness: [],
    start: async () => {},
    stop: async () => {},
  };
}

/** Puts what a caller asked for on the log, with the mark that only the API sets. */
function publishing({ bus, codec, clock }: EnginePorts): ApiPorts["publish"] {
  return async ({ name, payload, ...about }) => {
    const type = codec.describe(name).fullName;
    const envelope = { type, source: API_SOURCE, time: clock.now(), tenant: DEFAULT_TENANT, ...about };
    await bus.publish([codec.encode({ envelope, payload })]);
  };
}

/** Encoding is the check. Nothing is published. */
function validating({ codec, clock }: EnginePorts): ApiPorts["validate"] {
  return (name, payload) => {
    const type = codec.describe(name).fullName;
    codec.encode({ envelope: { id: "checked", type, source: API_SOURCE, time: clock.now(), tenant: DEFAULT_TENANT }, payload });
  };
}

function load({ codec, ids, store, log, clock }: EnginePorts, { definitions }: CoordinatorOptions): Promise<Definitions> {
  return loadDefinitions({ files: definitions, codec, ids, settings: store.settings, log, clock });
}
