import { type HttpFace, startHttp } from "@troupe/http";
import type { DeadLetter, DocumentQuery, Documents, HistoryEntry, Log, StoredDocument } from "@troupe/kernel";
import { documentId } from "@troupe/kernel";
import { createMetrics } from "@troupe/telemetry";
import { type ApiPorts, apiRoutes, type SagaProjection } from "../../src/api/index.ts";

export function stored(key: string, over: Partial<StoredDocument> = {}): StoredDocument {
  return {
    id: documentId({ tenant: "default", definition: "orderFulfilment", key }),
    version: 1,
    w: "w",
    shard: 0,
    outbox: {},
    nextSeq: 1,
    unsentSince: null,
    definition: "orderFulfilment@1#abc",
    status: "running",
    state: {},
    inbox: {},
    dueAt: null,
    historyLength: 1,
    updatedAt: 0,
    ...over,
  };
}

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

/** Shows just enough of a document to tell which one it was. */
const plain: SagaProjection = {
  summary: (document) => ({
    definition: "orderFulfilment",
    version: 1,
    id: decodeURIComponent(document.id.split("/")[2] ?? ""),
    status: document.status,
    stuck: false,
    startedAt: null,
    updatedAt: new Date(document.updatedAt).toISOString(),
    currentSteps: [],
  }),
  view: (document, history) => ({
    ...plain.summary(document),
    endedAt: null,
    turnedBy: null,
    stuckBy: [],
    steps: [],
    timeline: history.map(({ order, at }) => ({
      order,
      at: new Date(at).toISOString(),
      kind: "event",
      name: "OrderPlaced",
      step: null,
      cause: null,
      text: "",
    })),
    remains: [],
  }),
};

export function ports(over: Partial<ApiPorts> = {}): ApiPorts {
  return { documents: kept([]).port, deadLetters: { list: async () => [] }, project: plain, definitions: () => [], ...over };
}

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
