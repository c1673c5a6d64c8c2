import type { ParkedRows } from "@troupe/kernel";
import type { Life } from "../world/life.ts";
import type { Surroundings } from "../world/surroundings.ts";
import { Call, READ_FAULTS, WRITE_FAULTS } from "./call.ts";

/** The rows as one process sees them. */
export function simulatedParked(world: Surroundings, life: Life): ParkedRows {
  const { parked } = world;
  const ask = <Answer>(label: string, answer: () => Answer, faults = READ_FAULTS): Promise<Answer> =>
    new Call<Answer>(world, life, { label, faults, server: "store", act: (tell) => tell(answer()) }).promise;
  return {
    add: (rows) => ask("add parked rows", () => parked.add(rows), WRITE_FAULTS),
    load: (owner, document) => ask("load parked rows", () => parked.of((row) => row.owner === owner && row.document === document)),
    remove: (owner, document, places) => ask("remove parked rows", () => parked.remove(owner, document, places), WRITE_FAULTS),
    documents: async () => [],
    totals: (owner) => ask("count parked rows", () => parked.totals(owner)),
  };
}
