import { HEADER_BYTES, type Workload } from "../workload.ts";
import { booksOf, isDeclined, PARTICIPANTS } from "./participants.ts";

const PAD = "x".repeat(200);

/** The shape that the peers are measured with: four steps, every tenth card declined, 200 bytes a payload. */
export const W1: Workload = {
  name: "W1",
  title: "four steps of choreography, every tenth undone",
  definitions: import.meta.dirname,
  saga: "benchOrder",
  transitions: 0.9 * 4 + 0.1 * (3 + 2),
  participants: PARTICIPANTS,
  idOf: (_, run, n) => `${run}-${n}`,
  startOf: (runId) => ({ name: "RunStarted", payload: { runId, pad: PAD } }),
  statusOf: (sagaId) => (isDeclined(sagaId) ? "compensated" : "completed"),
  booksOf,
  undone: ["CourierCancelled", "PlaceReleased"],
  floor: { records: 5, recordBytes: PAD.length + HEADER_BYTES },
};
