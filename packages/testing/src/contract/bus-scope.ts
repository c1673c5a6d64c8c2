import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { AssignedPartition, Batch, Bus, BusHealth, BusRecord, OutboundRecord, Subscription, TopicPartition } from "@troupe/kernel";

/** What an adapter gives to the suite for one test. */
export type BusFixture = {
  readonly bus: Bus;
  /** Another instance on the same data, as another process would open it. Needed where `multiProcess` is promised. The suite closes it. */
  readonly openSecond?: () => Promise<Bus>;
  /** Frees what `open` made, after the suite has closed the buses. */
  readonly dispose?: () => Promise<void>;
};
export type BusContract = { readonly name: string; readonly open: () => Promise<BusFixture> };

/** One member of a group with everything it was told. */
export type Member = {
  readonly batches: readonly Batch[];
  readonly records: readonly BusRecord[];
  /** Every assignment in order. */
  readonly assignments: ReadonlyArray<{ readonly partitions: readonly AssignedPartition[]; readonly epoch: number }>;
  readonly revocations: ReadonlyArray<readonly TopicPartition[]>;
  readonly health: readonly BusHealth[];
  /** `topic/partition` of what it holds now. */
  held(): ReadonlySet<string>;
  epoch(): number;
  /** Number of callbacks of any kind so far. */
  calls(): number;
  settle(batch: Batch, options?: { readonly offsetStored: boolean }): void;
  stop(): Promise<void>;
};

export type JoinOptions = { readonly group: string; readonly topics: readonly string[]; readonly settle: "each" | "never" };

/** What a test works with; everything it opens is stopped and closed at its end. */
export type BusScope = {
  readonly bus: Bus;
  readonly second: () => Promise<Bus>;
  /** A new topic with `partitions`, under a name nobody else uses. */
  topic(partitions: number): Promise<string>;
  group(): string;
  join(bus: Bus, options: JoinOptions): Promise<Member>;
};

/** Unique on a server that other runs share. */
export const uniqueName = (prefix: string): string => `${prefix}-${randomUUID().slice(0, 13)}`;

/** Registers one test with its own fixture. */
export function busTest(contract: BusContract, title: string, run: (scope: BusScope) => Promise<void>): void {
  test(title, { timeout: 90_000 }, async () => {
    const fixture = await contract.open();
    const members: Member[] = [];
    const others: Bus[] = [];
    const second = async (): Promise<Bus> => {
      if (fixture.openSecond === undefined) {
        if (fixture.bus.guarantees.multiProcess) throw new Error(`${contract.name} promises multiProcess: its fixture needs openSecond.`);
        return fixture.bus;
      }
      const other = await fixture.openSecond();
      others.push(other);
      return other;
    };
    const topic = async (partitions: number): Promise<string> => {
      const name = uniqueName("contract");
      await fixture.bus.admin.ensureTopics([{ topic: name, partitions }]);
      return name;
    };
    const join = async (bus: Bus, options: JoinOptions): Promise<Member> => {
      const member = await joined(bus, options);
      members.push(member);
      return member;
    };
    try {
      await run({ bus: fixture.bus, second, topic, group: () => uniqueName("group"), join });
    } finally {
      await Promise.all(members.map((member) => member.stop()));
      await Promise.all([fixture.bus, ...others].map((bus) => bus.close()));
      await fixture.dispose?.();
    }
  });
}

type Told = { -readonly [K in "batches" | "assignments" | "revocations" | "health"]: Array<Member[K][number]> };

async function joined(bus: Bus, options: JoinOptions): Promise<Member> {
  const told: Told = { batches: [], assignments: [], revocations: [], health: [] };
  const records: BusRecord[] = [];
  let held = new Set<string>();
  let subscription: Subscription | undefined;
  const early: Batch[] = [];
  const settle = (batch: Batch): void => (subscription === undefined ? void early.push(batch) : subscription.settle(batch));
  subscription = await bus.subscribe({
    group: options.group,
    topics: options.topics,
    onBatch: (batch) => {
      told.batches.push(batch);
      records.push(...batch.records);
      if (options.settle === "each") settle(batch);
    },
    onAssigned: (partitions, epoch) => {
      told.assignments.push({ partitions, epoch });
      held = new Set(partitions.map(nameOf));
    },
    onRevoked: (partitions) => {
      told.revocations.push(partitions);
      for (const partition of partitions) held.delete(nameOf(partition));
    },
    onHealth: (health) => void told.health.push(health),
  });
  const active = subscription;
  for (const batch of early) active.settle(batch);
  let stopped: Promise<void> | undefined;
  return {
    ...told,
    records,
    held: () => held,
    epoch: () => told.assignments.at(-1)?.epoch ?? -1,
    calls: () => told.batches.length + told.assignments.length + told.revocations.length + told.health.length,
    settle: (batch, settleOptions) => active.settle(batch, settleOptions),
    stop: () => (stopped ??= active.stop()),
  };
}

export const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A record whose value is text. */
export const textRecord = (topic: string, key: string, text: string): OutboundRecord => ({
  topic,
  key,
  value: encoder.encode(text),
  headers: { ce_id: text, "content-type": "text/plain" },
});

export const textOf = (record: BusRecord): string => (record.value === null ? "" : decoder.decode(record.value));
export const keyOf = (record: BusRecord): string => (record.key === null ? "" : decoder.decode(record.key));

/** `count` records `PREFIX-0`, `PREFIX-1`, ... of one key. */
export const series = (topic: string, key: string, count: number): OutboundRecord[] =>
  Array.from({ length: count }, (_, at) => textRecord(topic, key, `${key}-${at}`));

/** A key of each partition of a topic with `partitions`. */
export function keysByPartition(partitions: number, partitionOf: (key: string, partitions: number) => number): string[] {
  const keys: string[] = [];
  for (let at = 0, missing = partitions; missing > 0; at++) {
    const partition = partitionOf(`key-${at}`, partitions);
    if (keys[partition] === undefined) {
      keys[partition] = `key-${at}`;
      missing--;
    }
  }
  return keys;
}
