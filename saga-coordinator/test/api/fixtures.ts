import { createHash } from "node:crypto";
import { type HttpFace, startHttp } from "@troupe/http";
import {
  createIds,
  type DeadLetter,
  type DocumentQuery,
  type Documents,
  documentId,
  type HistoryEntry,
  type Log,
  type StoredDocument,
} from "@troupe/kernel";
import { createMetrics } from "@troupe/telemetry";
import { type ApiPorts, apiRoutes, claimedCaller } from "../../src/api/index.ts";
import {
  beginSaga,
  type CompiledDefinition,
  compileDefinition,
  formatProblem,
  react,
  readState,
  type SagaState,
} from "../../src/core/index.ts";
import { parseDefinition } from "../../src/reading/index.ts";

export const ids = createIds((data) => createHash("sha256").update(data).digest());

const TRIP = `
saga: trip
title: A trip
correlate: { default: event.tripId }
start: { on: TripOrdered }
search: { traveller: start.tripId, stops: "3" }
steps:
  bookFlight:
    title: Book the flight
    done: FlightBooked
    failed: FlightRefused
    timeout: 30s
    compensate: { emit: FlightCancelRequested, with: { tripId: start.tripId }, done: FlightCancelled }
  bookHotel:
    after: bookFlight
    done: HotelBooked
    failed: HotelRefused
    timeout: 30s
    compensate: { none: "a hotel that was never booked" }
`;

export function tripDefinition(): CompiledDefinition {
  const { definition, problems } = parseDefinition(TRIP, { file: "trip.saga.yaml" });
  if (definition === undefined) throw new Error(problems.map(formatProblem).join("; "));
  return compileDefinition(definition, { version: 1, ids });
}

/** A saga document and its history, as the real core makes them of these events, one second apart from 2026-01-01. */
export function travelled(
  key: string,
  events: readonly string[],
): { readonly document: StoredDocument; readonly history: readonly HistoryEntry[] } {
  const definition = tripDefinition();
  const history: HistoryEntry[] = [];
  let state: SagaState = beginSaga(definition, { tenant: "default", id: key });
  let now = Date.UTC(2026, 0, 1);
  for (const name of events) {
    const envelope = { id: `${name}-1`, type: `shop.trips.${name}`, source: "/services/trips", time: now, tenant: "default" };
    const fact = {
      kind: "event",
      identity: name,
      name,
      envelope,
      payload: { tripId: key },
      origin: { topic: "trips", partition: 0, offset: 0 },
    } as const;
    const reaction = react(definition, state, { fact, now });
    state = reaction.state;
    for (const entry of reaction.history) history.push({ order: history.length + 1, at: now, entry });
    now += 1000;
  }
  const body = { definition: definition.label, status: state.status, state, historyLength: history.length, updatedAt: now - 1000 };
  const json = JSON.parse(JSON.stringify(body)) as typeof body; // what a store gives back
  return { document: { ...EMPTY, ...json, id: documentId({ tenant: "default", definition: "trip", key }) }, history };
}

const EMPTY = { version: 1, w: "w", shard: 0, outbox: {}, nextSeq: 1, unsentSince: null, inbox: {}, dueAt: null } as const;

/** A saga that only just started. */
export const started = (key: string): StoredDocument => travelled(key, ["TripOrdered"]).document;

/** Documents that stand in an array, and remember what they were asked. */
export function kept(documents: readonly StoredDocument[], histories: { readonly [id: string]: readonly HistoryEntry[] } = {}) {
  const asked: DocumentQuery[] = [];
  const port: Pick<Documents, "query" | "load" | "history"> = {
    query: async (query) => {
      asked.push(query);
      const from = Number(query.cursor ?? 0);
      const found = documents.filter(({ status }) => query.status === undefined || status === query.status);
      const next = from + query.limit;
      return { documents: found.slice(from, next), cursor: next < found.length ? String(next) : null };
    },
    load: async (ids) => new Map(documents.filter(({ id }) => ids.includes(id)).map((document) => [document.id, document])),
    history: async (id) => histories[id] ?? [],
  };
  return { port, asked };
}

export function ports(over: Partial<ApiPorts> = {}): ApiPorts {
  return {
    documents: kept([]).port,
    deadLetters: { list: async () => [] },
    definitions: () => [tripDefinition()],
    active: () => new Set([tripDefinition().label]),
    stateOf: ({ state }) => readState(state),
    publish: async () => {},
    describe: (name) => ({ ...DESCRIPTION, name }),
    validate: () => {},
    ids,
    caller: claimedCaller,
    ...over,
  };
}

const DESCRIPTION = {
  fullName: "shop.trips.Any",
  context: "trips",
  topic: "trips",
  keyField: "tripId",
  correlateField: "tripId",
  ...{ fields: ["tripId"], requiredFields: ["tripId"], types: [], piiFields: [] },
};

export const INFO = { title: "Troupe saga coordinator", version: "0.1.0" } as const;
const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => SILENT };

export async function served(over: Partial<ApiPorts>, use: (face: HttpFace) => Promise<void>): Promise<void> {
  const face = await startHttp({
    port: 0,
    routes: apiRoutes(ports(over)),
    readiness: [],
    metrics: createMetrics({ process: false }),
    log: SILENT,
    info: INFO,
  });
  try {
    await use(face);
  } finally {
    await face.close();
  }
}

export const letter = (over: Partial<DeadLetter> = {}): DeadLetter => ({
  id: "payments/orders/0/7",
  group: "payments",
  topic: "orders",
  partition: 0,
  offset: 7,
  timestamp: 0,
  key: "o-1",
  value: "AAE=",
  headers: { ce_id: "m-1" },
  code: "RECORD_UNDECODABLE",
  reason: "too short",
  at: 1000,
  ...over,
});
