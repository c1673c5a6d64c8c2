import type { Life } from "../world/life.ts";
import type { Partition } from "./log.ts";

/** A member as its group and the log see it. */
export type Listener = {
  readonly life: Life;
  /** Asks to be told of the group's generation. */
  look(): void;
  /** There is something new in a partition. */
  appended(place: string): void;
  /** The group lost patience with it, or the process is gone. */
  expel(): void;
};

/** A consumer group: members, the generation that each rebalance raises, and how far it has committed. */
export class Group {
  readonly name: string;
  readonly committed = new Map<string, number>();
  generation = 0;
  readonly members: Listener[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** Everybody has to look at the group again. */
  rebalance(): void {
    this.generation += 1;
    for (const member of this.members) member.look();
  }

  leave(member: Listener): void {
    const at = this.members.indexOf(member);
    if (at < 0) return;
    this.members.splice(at, 1);
    this.rebalance();
  }

  /** Partition p of every topic goes to the same member. */
  share(member: Listener, partitions: readonly Partition[], smallest: number): readonly Partition[] {
    const place = this.members.indexOf(member);
    return partitions.filter(({ partition }) => (partition % smallest) % this.members.length === place);
  }
}
