import { type AssignedPartition, type Batch, reasonOf, type SubscribeOptions, type Subscription } from "@troupe/kernel";
import type { Core } from "../core.ts";
import type { Changes } from "../file/transaction.ts";
import { createMemberCallbacks, RETRY_FAILED_MILLIS } from "../groups/member-callbacks.ts";
import { viewMembership } from "../groups/membership-view.ts";
import { partitionKey } from "./log-rows.ts";
import { createReader, type PartitionState } from "./partition-reader.ts";
import { createSettledOffsets } from "./settled-offsets.ts";

/** What the bus drives a member with. */
export type Member = Subscription & {
  /** Row of the member; undefined while it joins again. */
  id(): number | undefined;
  /** Own process committed: read what was appended, look at the group when its generation rose. */
  onCommitted(changes: Changes): void;
  /** Somebody else committed: anything may have changed. */
  onForeign(): void;
};

type Seat = { member: number | undefined; epoch: number; partitions: ReadonlyMap<number, PartitionState> };

/**
 * One member of a group. Epoch = generation of the group: whenever it rises, every partition starts again at its committed
 * offset, and batches handed out before settle nothing.
 */
export async function joinGroup(core: Core, options: SubscribeOptions, onStopped: (member: Member) => void): Promise<Member> {
  const callbacks = createMemberCallbacks(options, core.log);
  const join = (): Promise<number> => core.commit.enqueue((changes) => core.members.join(options.group, options.topics, changes));
  const seat: Seat = { member: await join(), epoch: -1, partitions: new Map() };
  let stopped: Promise<void> | undefined;
  const reader = createReader(core, {
    partitions: () => seat.partitions.values(),
    deliver: (batch) => callbacks.tell(() => options.onBatch({ ...batch, epoch: seat.epoch })),
    attempt: callbacks.attempt,
  });
  const offsets = createSettledOffsets(core, options.group, (error) => callbacks.setHealth(reasonOf(error)));
  const refresh = createRefresh({ core, seat, options, tell: callbacks.tell, wakeAll: reader.wakeAll, rejoin });

  function rejoin(): void {
    seat.member = undefined;
    core.log.warn({ group: options.group }, "membership was lost, joining again");
    join().then(
      (id) => {
        seat.member = id;
        callbacks.attempt(refresh);
      },
      (error: unknown) => {
        callbacks.setHealth(reasonOf(error));
        if (stopped === undefined) setTimeout(rejoin, RETRY_FAILED_MILLIS);
      },
    );
  }
  const settle: Subscription["settle"] = (batch, settleOptions) => {
    const state = batch.epoch === seat.epoch ? seat.partitions.get(keyOf(core, batch)) : undefined;
    if (state === undefined || !state.busy || state.position !== batch.nextOffset) return;
    state.busy = false;
    const { topic, partition, nextOffset: next } = batch;
    if (settleOptions?.offsetStored !== true) offsets.add(seat.epoch, { topic, partition, next });
    reader.wake(state);
  };
  const leave = async (): Promise<void> => {
    callbacks.silence();
    seat.partitions = new Map();
    await Promise.resolve(); // what was settled in this very turn is queued first
    onStopped(self);
    await core.commit.enqueue((changes) => {
      if (seat.member !== undefined) core.members.leave(seat.member, changes);
    });
  };
  const onCommitted = ({ partitions: appended, groups }: Changes): void => {
    if (groups.size > 0) callbacks.attempt(refresh);
    for (const key of appended) {
      const state = seat.partitions.get(key);
      if (state !== undefined) reader.wake(state);
    }
  };
  const onForeign = (): void => {
    callbacks.attempt(refresh);
    reader.wakeAll();
  };
  const self: Member = { id: () => seat.member, settle, stop: () => (stopped ??= leave()), onCommitted, onForeign };
  // After the caller has its subscription: a batch may be settled from within its callback.
  setImmediate(() => callbacks.attempt(refresh));
  return self;
}

type RefreshParts = {
  readonly core: Core;
  readonly seat: Seat;
  readonly options: SubscribeOptions;
  readonly tell: (call: () => void) => void;
  readonly wakeAll: () => void;
  readonly rejoin: () => void;
};

/** Takes the seat that the group has for this member now, when its generation rose since the last look. */
function createRefresh({ core, seat, options, tell, wakeAll, rejoin }: RefreshParts): () => void {
  return () => {
    const groupId = core.names.find(options.group);
    if (seat.member === undefined || groupId === undefined || core.groups.generation(groupId) === seat.epoch) return;
    const { epoch, assignment } = viewMembership(core, groupId, seat.member);
    const before = seat.partitions;
    seat.epoch = epoch;
    seat.partitions = new Map((assignment ?? []).map((assigned) => [keyOf(core, assigned), stateOf(core, assigned)]));
    const revoked = [...before.values()].filter(({ key }) => !seat.partitions.has(key));
    if (revoked.length > 0) tell(() => options.onRevoked(revoked.map(({ topic, partition }) => ({ topic: topic.name, partition }))));
    if (assignment === undefined) {
      rejoin();
    } else {
      tell(() => options.onAssigned(assignment, epoch));
      wakeAll();
    }
  };
}

const topicOf = ({ logRows }: Core, name: string) => logRows.topic(name) ?? { id: -1, name, partitions: 0 };

const keyOf = (core: Core, { topic, partition }: Pick<Batch, "topic" | "partition">): number =>
  partitionKey(topicOf(core, topic).id, partition);

function stateOf(core: Core, { topic, partition, position }: AssignedPartition): PartitionState {
  const row = topicOf(core, topic);
  return { key: partitionKey(row.id, partition), topic: row, partition, position, busy: false, woken: false };
}
