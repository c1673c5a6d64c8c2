import type { Bus, BusGuarantees, OutboundRecord, SubscribeOptions } from "@troupe/kernel";
import type { Life } from "../world/life.ts";
import type { Surroundings } from "../world/surroundings.ts";
import { BULK_FAULTS, Call, READ_FAULTS, unreachable } from "./call.ts";
import { Member } from "./member.ts";

/** The bus as one process sees it. */
export function simulatedBus(world: Surroundings, life: Life): Bus {
  const { log } = world;
  const ask = <Answer>(label: string, answer: () => Answer): Promise<Answer> =>
    new Call<Answer>(world, life, { label, faults: READ_FAULTS, server: "bus", act: (tell) => tell(answer()) }).promise;
  return {
    guarantees: guaranteesOf(world),
    maxRecordBytes: 1_000_000,
    publish: (records) => publish(world, life, records),
    subscribe: (options) => subscribe(world, life, options),
    admin: {
      ensureTopics: (specs) => ask("ensure topics", () => specs),
      topics: () => ask("list topics", () => log.specs),
      endOffsets: (topics) =>
        ask("ask for ends", () => log.all(topics).map(({ topic, partition, records }) => ({ topic, partition, end: records.length }))),
      groupLag: (group, topics) => ask(`${group} asks for its lag`, () => log.lagOf(world.group(group).committed, topics)),
    },
    close: async () => {},
  };
}

function guaranteesOf({ mode }: Surroundings): BusGuarantees {
  return { adapter: "simulated", atomicWork: mode === "atomic", survivesKill: true, multiProcess: true };
}

/** Records of several partitions are several requests: some may be written and others not. */
function publish(world: Surroundings, life: Life, records: readonly OutboundRecord[]): Promise<void> {
  return new Call<void>(world, life, {
    label: `publish ${records.length}`,
    faults: BULK_FAULTS,
    server: "bus",
    act: (answer, part) => {
      for (const record of records) world.log.partitionFor(record); // unknown topics are refused before anything is written
      const written = part ? world.dice.below(records.length) : records.length;
      for (const record of records.slice(0, written)) world.append(record);
      if (part) throw unreachable("bus");
      answer();
    },
  }).promise;
}

async function subscribe(world: Surroundings, life: Life, options: SubscribeOptions): Promise<Awaited<ReturnType<Bus["subscribe"]>>> {
  const member = await new Call<Member>(world, life, {
    label: `${options.group} joins`,
    faults: ["long pause"],
    server: "bus",
    act: (answer) => {
      const member = new Member(world, world.group(options.group), { life, options });
      world.members.push(member);
      if (life.dead) world.later(world.dice.below(1_000), `${options.group} hears nothing of ${life.name}`, () => member.expel());
      answer(member);
    },
  }).promise;
  member.begin();
  return {
    settle: (batch, stored) => member.settle(batch, stored),
    stop: () =>
      new Call<void>(world, life, {
        label: `${options.group} leaves`,
        faults: [],
        server: "bus",
        act: (answer) => {
          member.leave();
          answer();
        },
      }).promise,
  };
}
