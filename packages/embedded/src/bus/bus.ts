import { type Bus, type BusAdmin, type OutboundRecord, reasonOf, type SubscribeOptions, type TopicSpec, TroupeError } from "@troupe/kernel";
import { type Core, reading } from "../core.ts";
import type { Changes } from "../file/transaction.ts";
import { MAX_RECORD_BYTES } from "./log-rows.ts";
import { joinGroup, type Member } from "./subscription.ts";
import { createWatcher } from "./watcher.ts";

/** A lease is renewed so many times before it would end. */
const RENEWALS = 10;
const MAX_PARTITIONS = 1_024;

export type EmbeddedBus = Bus & { onCommitted(changes: Changes): void };

/** The log tables as a bus. `onClosed` is called once, after the last member has left. */
export function createBus(core: Core, onClosed: () => Promise<void>): EmbeddedBus {
  const members = new Set<Member>();
  let closing: Promise<void> | undefined;
  const onForeign = (): void => {
    for (const member of members) member.onForeign();
  };
  const background = (work: Promise<unknown>): void => {
    work.catch((error: unknown) => core.log.warn({ error: reasonOf(error) }, "membership could not be looked after"));
  };
  const removeGone = (): void => {
    background(
      reading(core, core.members.anyGone).then(async (any) => {
        if (any && members.size > 0) await core.commit.enqueue(core.members.removeGone);
      }),
    );
  };
  const watcher = createWatcher({ file: core.file, onForeign, onPeersDue: removeGone });
  let renewal: NodeJS.Timeout | undefined;
  const renew = (): void => {
    const ids = [...members].map((member) => member.id()).filter((id) => id !== undefined);
    background(
      core.commit
        .enqueue(() => core.members.renew(ids))
        .then((allThere) => {
          if (!allThere) onForeign();
        }),
    );
  };
  const onStopped = (member: Member): void => {
    members.delete(member);
    if (members.size > 0) return;
    watcher.stop();
    clearInterval(renewal);
    renewal = undefined;
  };
  const subscribe = async (options: SubscribeOptions): Promise<Member> => {
    await asBus(reading(core, () => knownTopics(core, options.topics)));
    const member = await asBus(joinGroup(core, options, onStopped));
    if (closing !== undefined) {
      await member.stop();
      throw new TroupeError("BUS_UNREACHABLE", { address: core.file.path, reason: "it was closed" });
    }
    members.add(member);
    watcher.start();
    renewal ??= setInterval(renew, core.leaseMillis / RENEWALS).unref();
    return member;
  };
  const close = async (): Promise<void> => {
    await Promise.all([...members].map((member) => member.stop()));
    await onClosed();
  };
  return {
    guarantees: { adapter: "embedded", atomicWork: true, survivesKill: core.file.shared, multiProcess: core.file.shared },
    maxRecordBytes: MAX_RECORD_BYTES,
    publish: (records) =>
      records.length === 0 ? Promise.resolve() : asBus(core.commit.enqueue((changes) => publish(core, records, changes), records.length)),
    subscribe,
    admin: createAdmin(core),
    close: () => (closing ??= close()),
    onCommitted: (changes) => {
      for (const member of members) member.onCommitted(changes);
    },
  };
}

function publish(core: Core, records: readonly OutboundRecord[], changes: Changes): void {
  const placed = core.logRows.place(records);
  const at = { now: core.clock.now(), changes };
  for (const one of placed) core.logRows.append(one, at);
}

function knownTopics({ logRows }: Core, topics: readonly string[]): void {
  for (const topic of topics) if (logRows.topic(topic) === undefined) throw logRows.unknownTopic(topic);
}

function createAdmin(core: Core): BusAdmin {
  const { logRows, groups, names } = core;
  const partitionsOf = (name: string) => {
    const topic = logRows.topic(name);
    if (topic === undefined) throw logRows.unknownTopic(name);
    return Array.from({ length: topic.partitions }, (_, partition) => ({ topic, partition }));
  };
  const ask = <T>(question: () => T): Promise<T> => asBus(reading(core, question));
  return {
    ensureTopics: (specs) => asBus(core.commit.enqueue(() => ensure(core, specs))),
    topics: () => ask(() => logRows.topics().map(specOf)),
    endOffsets: (topics) =>
      ask(() =>
        topics
          .flatMap(partitionsOf)
          .map(({ topic, partition }) => ({ topic: topic.name, partition, end: logRows.end(topic.id, partition) })),
      ),
    groupLag: (group, topics) =>
      ask(() =>
        topics.flatMap(partitionsOf).map(({ topic, partition }) => ({
          topic: topic.name,
          partition,
          committed: groups.committed(names.find(group), topic.id, partition),
          end: logRows.end(topic.id, partition),
        })),
      ),
  };
}

function ensure({ logRows }: Core, specs: readonly TopicSpec[]): readonly TopicSpec[] {
  for (const { topic, partitions } of specs) {
    if (Number.isInteger(partitions) && partitions >= 1 && partitions <= MAX_PARTITIONS) continue;
    throw new TroupeError("CONFIG_INVALID", { key: `partitions of ${topic}`, found: partitions, allowed: `1 to ${MAX_PARTITIONS}` });
  }
  return specs.map((spec) => specOf(logRows.topic(spec.topic) ?? logRows.create(spec)));
}

const specOf = ({ name, partitions }: { name: string; partitions: number }): TopicSpec => ({ topic: name, partitions });

/** The file serves two ports: a caller of the bus hears of the bus. */
async function asBus<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TroupeError && error.code === "STORE_UNREACHABLE") throw new TroupeError("BUS_UNREACHABLE", error.details, error);
    throw error;
  }
}
