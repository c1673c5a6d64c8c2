import type { AtomicWork, DeadLetter, DocumentStore, JsonObject, Work, WorkOutcome, WriteOutcome } from "@troupe/kernel";
import type { Life } from "../world/life.ts";
import type { Surroundings } from "../world/surroundings.ts";
import { Call, WRITE_FAULTS } from "./call.ts";
import { simulatedDocuments } from "./documents.ts";
import { simulatedParked } from "./parked.ts";

/** The document store as one process sees it. */
export function simulatedStore(world: Surroundings, life: Life): DocumentStore {
  const settings = new Map<string, JsonObject>();
  return {
    adapter: "simulated",
    documents: (owner) => simulatedDocuments(world, life, world.owner(owner)),
    deadLetters: {
      add: (letters) =>
        new Call<void>(world, life, {
          label: `add ${letters.length} dead letters`,
          faults: WRITE_FAULTS,
          server: "store",
          act: (answer) => {
            bury(world, letters);
            answer();
          },
        }).promise,
      list: async () => [],
      remove: async () => {},
      count: async () => world.deadLetters.size,
    },
    parked: simulatedParked(world, life),
    settings: {
      get: async (key) => settings.get(key) ?? null,
      put: async (key, value) => void settings.set(key, value),
      list: async () => [],
    },
    close: async () => {},
  };
}

function bury(world: Surroundings, letters: readonly DeadLetter[]): void {
  for (const letter of letters) {
    if (world.deadLetters.has(letter.id)) continue;
    world.deadLetters.set(letter.id, letter);
    world.count("dead letter");
  }
}

/** Documents, records, dead letters and offsets in one transaction, as the embedded adapter promises. */
export function simulatedWork(world: Surroundings, life: Life): AtomicWork {
  return {
    commitWork: (work) =>
      new Call<WorkOutcome>(world, life, {
        label: `${work.owner} transaction of ${work.writes.length}`,
        faults: WRITE_FAULTS,
        server: "store",
        act: (answer) => answer(transaction(world, work)),
      }).promise,
  };
}

function transaction(world: Surroundings, work: Work): WorkOutcome {
  const owner = world.owner(work.owner);
  for (const { records } of work.writes) for (const record of records) world.log.partitionFor(record);
  const outcomes = work.writes.map(({ write, records, parking }): WriteOutcome => {
    if (world.majority.write(owner, write, true) === undefined) {
      world.count("conflict");
      return { kind: "conflict" };
    }
    world.parked.add(parking?.add ?? []);
    world.parked.remove(owner.name, write.id, parking?.remove ?? []);
    for (const record of records) world.decided(record);
    for (const record of records) world.append(record);
    return { kind: "ok" };
  });
  bury(world, work.deadLetters);
  const whole = outcomes.every(({ kind }) => kind === "ok");
  return { outcomes, offsetsStored: whole && storeOffsets(world, work) };
}

function storeOffsets(world: Surroundings, { membership, offsets }: Work): boolean {
  if (membership === null) return offsets.length === 0;
  const group = world.group(membership.group);
  if (group.generation !== membership.epoch) {
    world.count("stale commit refused");
    return false;
  }
  for (const { topic, partition, next } of offsets) world.commitOffset(group, `${topic}/${partition}`, next);
  return true;
}
