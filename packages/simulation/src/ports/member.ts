import type { AssignedPartition, Batch, SubscribeOptions } from "@troupe/kernel";
import type { FaultKind } from "../world/faults.ts";
import type { Life } from "../world/life.ts";
import type { Surroundings } from "../world/surroundings.ts";
import { IN_WORLD } from "./call.ts";
import type { Group, Listener } from "./group.ts";
import type { Partition, SimulatedRecord } from "./log.ts";

type Seat = { readonly partition: Partition; position: number; busy: boolean; queued: boolean };

const LARGEST_BATCH = 4;
const SLOW: readonly FaultKind[] = ["slow partition"];
/** Longer than the timeout of a step: a request may be read long after its undo. */
const SLOWEST_MILLIS = 14_000;

/** A process in a group. What it believes of the group may be old: it looks when the scheduler lets it. */
export class Member implements Listener {
  readonly life: Life;
  readonly #world: Surroundings;
  readonly #group: Group;
  readonly #options: SubscribeOptions;
  #epoch = -1;
  #seats = new Map<string, Seat>();
  #looking = false;
  #unsaved = new Map<string, number>();
  #saving = false;
  #left = false;
  #begun = false;

  constructor(world: Surroundings, group: Group, { life, options }: { readonly life: Life; readonly options: SubscribeOptions }) {
    this.life = life;
    this.#world = world;
    this.#group = group;
    this.#options = options;
    group.members.push(this);
    group.rebalance();
  }

  /** The process has its subscription: from now on it is called. */
  begin(): void {
    this.#begun = true;
    this.look();
  }

  /** Asks to be told of the group's generation. */
  look(): void {
    if (this.#looking || this.#left || !this.#begun) return;
    this.#looking = true;
    this.#do("look at the group", () => this.#refresh());
  }

  #do(label: string, run: () => void, outlives = false): void {
    this.#world.scheduler.add({ life: this.life, label: `${this.#group.name} ${label}`, run, outlives });
  }

  #refresh(): void {
    this.#looking = false;
    const group = this.#group;
    if (this.#left || group.generation === this.#epoch) return;
    if (!group.members.includes(this)) {
      this.#world.count("expelled");
      group.members.push(this);
      group.rebalance();
      return;
    }
    const partitions = this.#world.log.all(this.#options.topics);
    const smallest = Math.min(...this.#options.topics.map((topic) => this.#world.log.of(topic).length));
    const before = this.#seats;
    this.#epoch = group.generation;
    this.#unsaved = new Map(); // of the epoch before
    this.#seats = new Map(group.share(this, partitions, smallest).map((partition) => [partition.place, this.#seat(partition)]));
    const gone = [...before.values()].filter(({ partition }) => !this.#seats.has(partition.place));
    if (gone.length > 0) this.#options.onRevoked(gone.map(({ partition: { topic, partition } }) => ({ topic, partition })));
    this.#options.onAssigned([...this.#seats.values()].map(assignedOf), this.#epoch);
    for (const seat of this.#seats.values()) this.#wake(seat);
  }

  #seat(partition: Partition): Seat {
    return { partition, position: this.#group.committed.get(partition.place) ?? 0, busy: false, queued: false };
  }

  /** There is something new in a partition. */
  appended(place: string): void {
    const seat = this.#seats.get(place);
    if (seat !== undefined) this.#wake(seat);
  }

  #wake(seat: Seat): void {
    if (seat.busy || seat.queued || this.#left || seat.position >= seat.partition.records.length) return;
    seat.queued = true;
    const label = `hand over ${seat.partition.place}`;
    const fault = this.#world.faults.ofCall(SLOW);
    if (fault === undefined) {
      this.#do(label, () => this.#handOver(seat));
      return;
    }
    this.#world.note(fault, `${this.#group.name} ${label}`);
    const operation = { life: this.life, label: `${this.#group.name} ${label}`, run: () => this.#handOver(seat), outlives: false };
    this.#world.scheduler.addLater(this.#world.dice.below(SLOWEST_MILLIS), operation);
  }

  #handOver(seat: Seat): void {
    seat.queued = false;
    const { partition, position } = seat;
    if (this.#left || seat.busy || this.#seats.get(partition.place) !== seat) return;
    const { topic, partition: number } = partition;
    const slots = partition.records.slice(position, position + this.#world.dice.between(1, LARGEST_BATCH));
    const records = slots.filter((record): record is SimulatedRecord => record !== undefined);
    seat.position += slots.length;
    if (records.length === 0) {
      this.#wake(seat); // control records only
      return;
    }
    seat.busy = true;
    const endOffset = partition.records.length;
    this.#options.onBatch({ topic, partition: number, records, epoch: this.#epoch, endOffset, nextOffset: seat.position });
  }

  settle(batch: Batch, { offsetStored }: { readonly offsetStored: boolean } = { offsetStored: false }): void {
    const place = `${batch.topic}/${batch.partition}`;
    const seat = batch.epoch === this.#epoch && !this.#left ? this.#seats.get(place) : undefined;
    if (seat === undefined || !seat.busy || seat.position !== batch.nextOffset) return;
    seat.busy = false;
    if (!offsetStored) this.#save(place, batch.nextOffset);
    this.#wake(seat);
  }

  #save(place: string, next: number): void {
    this.#unsaved.set(place, next);
    if (this.#saving) return;
    this.#saving = true;
    this.#do("commit offsets", () => this.#saved(), true);
  }

  /** Of another generation than the group's: refused. */
  #saved(): void {
    this.#saving = false;
    const offsets = this.#unsaved;
    this.#unsaved = new Map();
    if (this.#epoch !== this.#group.generation) {
      this.#world.count("stale commit refused");
      return;
    }
    for (const [place, next] of offsets) this.#world.commitOffset(this.#group, place, next);
  }

  /** A clean goodbye: what is settled is committed first. */
  leave(): void {
    if (this.#unsaved.size > 0) this.#saved();
    this.#left = true;
    this.#group.leave(this);
  }

  /** The group lost patience with it, or the process is gone. */
  expel(): void {
    const run = (): void => {
      this.#group.leave(this);
      this.look(); // it learns of it from its next heartbeat
    };
    this.#world.scheduler.add({ ...IN_WORLD, label: `${this.#group.name} expels ${this.life.name}`, run });
  }
}

function assignedOf({ partition: { topic, partition }, position }: Seat): AssignedPartition {
  return { topic, partition, position };
}
