import { join } from "node:path";
import type { Json, TimestampMillis, Uuid } from "@troupe/kernel";
import type { EventPayloads } from "@troupe/schemas";
import { defineService } from "@troupe/service-kit";
import { HEADER_BYTES, participant, type Workload } from "../workload.ts";

type WorkEvents = Pick<EventPayloads, "WorkRequested" | "WorkDone" | "WorkUndoRequested" | "WorkUndone">;
type DeliveryEvents = Pick<EventPayloads, "ParcelHandOverRequested" | "ParcelHandedOver" | "ParcelReturnRequested" | "ParcelReturned">;

/** How often each step was worked on. */
type Work = { readonly [step: string]: number };

const workers = defineService<WorkEvents, Work>({
  name: "bench-workers",
  publishes: ["WorkDone", "WorkUndone"],
  entity: {
    initial: {},
    decide: {
      WorkRequested: (_, { payload }) => [{ name: "WorkDone", payload }],
      WorkUndoRequested: (_, { payload: { loadId, step } }) => [{ name: "WorkUndone", payload: { loadId, step } }],
    },
    evolve: {
      WorkDone: (work, { step }) => ({ ...work, [step]: (work[step] ?? 0) + 1 }),
      WorkUndone: (work, { step }) => ({ ...work, [step]: (work[step] ?? 0) - 1 }),
    },
  },
});

const carriers = defineService<DeliveryEvents, Work>({
  name: "bench-carriers",
  publishes: ["ParcelHandedOver", "ParcelReturned"],
  entity: {
    initial: {},
    decide: {
      ParcelHandOverRequested: (_, { payload }) => [{ name: "ParcelHandedOver", payload }],
      ParcelReturnRequested: (_, { payload }) => [{ name: "ParcelReturned", payload }],
    },
    evolve: { ParcelHandedOver: ({ handOver = 0 }) => ({ handOver: handOver + 1 }), ParcelReturned: () => ({ handOver: 0 }) },
  },
  effects: { parcel: { do: ["ParcelHandOverRequested"], done: ["ParcelHandedOver"], undo: ["ParcelReturnRequested"] } },
});

/** The switch goes one way for half of the loads; the id decides, so that everybody knows it. */
const isExpress = (loadId: string): boolean => Number.parseInt(loadId.charAt(0), 16) % 2 === 0;

const BOTH_WAYS = ["accept", "validate", "price", "discount", "stock", "pack", "notify", "merge", "label", "archive"];

function booksOf(name: string, loadId: string): Json {
  if (name === carriers.name) return { handOver: 1 };
  const steps = [...BOTH_WAYS, isExpress(loadId) ? "express" : "standard"];
  return Object.fromEntries(steps.map((step) => [step, 1]));
}

/** Workflows of twelve steps (one of the two ways of a switch is not taken) and a sub-saga, with payloads of so many bytes. */
export function w2(name: string, padBytes: number): Workload {
  const pad = "x".repeat(padBytes);
  return {
    name,
    title: `twelve commanded steps and a sub-saga, payloads of ${padBytes} bytes`,
    definitions: join(import.meta.dirname, "..", "..", "..", "sagas", "examples"),
    saga: "loadWorkflow",
    transitions: 12,
    participants: [participant(workers), participant(carriers)],
    idOf: (ids, run, n) => ids.messageId("bench.load", [run, n]),
    startOf: (sagaId, now) => ({
      name: "LoadStarted",
      payload: { loadId: sagaId as Uuid, express: isExpress(sagaId), startedAt: now as TimestampMillis, pad }, // an id of ours, and milliseconds
    }),
    statusOf: () => "completed",
    booksOf,
    undone: [],
    floor: { records: 25, recordBytes: padBytes + HEADER_BYTES },
  };
}
