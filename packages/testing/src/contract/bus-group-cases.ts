import assert from "node:assert/strict";
import { partitionOf } from "@troupe/kernel";
import { until } from "../until.ts";
import { type BusContract, type BusScope, busTest, keysByPartition, type Member, nameOf, series, textOf } from "./bus-scope.ts";

/** Members of a group share its partitions. */
export function registerBusGroupCases(contract: BusContract): void {
  busTest(contract, "two members split the partitions, and partition p of every topic goes to one of them", partitionsSplit);
  busTest(contract, "who joins takes partitions over, who leaves gives them back, each with a higher epoch", joinAndLeave);
  busTest(contract, "a batch of a stale epoch settles nothing", staleEpoch);
  busTest(contract, "members that share a stream lose no record while one comes and goes", nothingLost);
}

const split = (members: readonly Member[], partitions: number): boolean => {
  const held = members.map((member) => member.held());
  const all = new Set(held.flatMap((names) => [...names]));
  return (
    held.every((names) => names.size > 0) && held.reduce((sum, names) => sum + names.size, 0) === partitions && all.size === partitions
  );
};

async function partitionsSplit({ bus, second, topic, group, join }: BusScope): Promise<void> {
  const wide = [await topic(4), await topic(4)];
  const narrow = await topic(2);
  const options = { group: group(), topics: [...wide, narrow], settle: "each" } as const;
  const members = [await join(bus, options), await join(await second(), options)];
  await until(() => split(members, 10), { what: "ten partitions split over two members" });
  for (const member of members) {
    const held = member.held();
    for (let partition = 0; partition < 4; partition++) {
      const names = [...wide.map((name) => nameOf({ topic: name, partition })), nameOf({ topic: narrow, partition: partition % 2 })];
      const has = names.map((name) => held.has(name));
      assert.ok(
        has.every((one) => one === has[0]),
        `${names.join(", ")} are apart`,
      );
    }
  }
  const keys = Array.from({ length: 20 }, (_, at) => `key-${at}`);
  await bus.publish([...wide, narrow].flatMap((name) => keys.flatMap((key) => series(name, key, 1))));
  const seen = (): string[] => members.flatMap((member) => member.records.map((record) => `${nameOf(record)}/${record.offset}`));
  await until(() => new Set(seen()).size >= 60, { what: "60 records over both members" });
  for (const member of members) assert.ok(member.records.length > 0, "each member read something");
}

async function joinAndLeave({ bus, second, topic, group, join }: BusScope): Promise<void> {
  const name = await topic(4);
  const keys = keysByPartition(4, partitionOf);
  const options = { group: group(), topics: [name], settle: "each" } as const;
  const stays = await join(bus, options);
  await until(() => stays.held().size === 4, { what: "all partitions with the only member" });
  await bus.publish(keys.flatMap((key) => series(name, key, 1)));
  await until(() => stays.records.length >= 4, { what: "four records" });
  const alone = stays.epoch();
  const goes = await join(await second(), options);
  await until(() => split([stays, goes], 4), { what: "four partitions split over two members" });
  assert.ok(stays.epoch() > alone, `epoch ${stays.epoch()} after ${alone}`);
  const revoked = new Set(stays.revocations.flat().map(nameOf));
  for (const taken of goes.held()) assert.ok(revoked.has(taken), `${taken} was revoked before it moved`);
  for (const { position } of goes.assignments.at(-1)?.partitions ?? []) assert.equal(position, 1, "reads on after what was settled");
  await bus.publish(keys.flatMap((key) => series(name, key, 1)));
  await until(() => goes.records.length >= goes.held().size, { what: "records with the second member" });
  const shared = stays.epoch();
  await goes.stop();
  await until(() => stays.held().size === 4, { what: "all partitions back" });
  assert.ok(stays.epoch() > shared, `epoch ${stays.epoch()} after ${shared}`);
}

async function staleEpoch({ bus, second, topic, group, join }: BusScope): Promise<void> {
  const name = await topic(2);
  const keys = keysByPartition(2, partitionOf);
  const options = { group: group(), topics: [name], settle: "never" } as const;
  await bus.publish(keys.flatMap((key) => series(name, key, 1)));
  const zombie = await join(bus, options);
  await until(() => new Set(zombie.records.map(nameOf)).size === 2, { what: "one batch of each partition" });
  const stale = [...zombie.batches];
  const heir = await join(await second(), options);
  await until(() => split([zombie, heir], 2), { what: "one partition each" });
  await until(() => heir.batches.length >= 1, { what: "the unsettled batch with its new owner" });
  for (const batch of stale) zombie.settle(batch);
  await heir.stop();
  await until(() => zombie.held().size === 2, { what: "both partitions back" });
  const positions = zombie.assignments.at(-1)?.partitions.map(({ position }) => position);
  assert.deepEqual(positions, [0, 0], "nothing was committed by batches of an old epoch");
  const epoch = zombie.epoch();
  const fresh = (): number => new Set(zombie.batches.filter((batch) => batch.epoch === epoch).map(nameOf)).size;
  await until(() => fresh() === 2, { what: "both records again under the new epoch" });
}

async function nothingLost({ bus, second, topic, group, join }: BusScope): Promise<void> {
  const name = await topic(4);
  const options = { group: group(), topics: [name], settle: "each" } as const;
  const keys = Array.from({ length: 10 }, (_, at) => `key-${at}`);
  const stays = await join(bus, options);
  const other = await second();
  const published: string[] = [];
  const members = [stays];
  for (let round = 0; round < 3; round++) {
    const comer = await join(other, options);
    members.push(comer);
    for (let at = 0; at < 10; at++) {
      const records = keys.flatMap((key) => series(name, `${key}-${round}-${at}`, 1));
      await bus.publish(records);
      published.push(...records.map(({ key }) => `${key}-0`));
    }
    await until(() => comer.held().size > 0, { what: "partitions with the member that came" });
    await comer.stop();
  }
  const missing = (): string[] => {
    const seen = new Set(members.flatMap((member) => member.records.map(textOf)));
    return published.filter((text) => !seen.has(text));
  };
  await until(() => missing().length === 0, { what: "every record with some member" });
}
