import type { DeadLetter, OutboundRecord } from "@troupe/kernel";
import type { SimulatedCodec } from "../ports/codec.ts";
import type { Group, Listener } from "../ports/group.ts";
import type { SimulatedLog } from "../ports/log.ts";
import type { Majority, Owner, ParkedTable } from "../ports/tables.ts";
import type { Dice } from "./dice.ts";
import type { FaultKind, Faults } from "./faults.ts";
import type { Mode, Scenario } from "./scenario.ts";
import type { Scheduler } from "./scheduler.ts";

/** What ports, processes and laws see of the world they are in. */
export type Surroundings = {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly mode: Mode;
  readonly dice: Dice;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly log: SimulatedLog;
  readonly codec: SimulatedCodec;
  readonly majority: Majority;
  readonly parked: ParkedTable;
  readonly deadLetters: Map<string, DeadLetter>;
  readonly owners: ReadonlyMap<string, Owner>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly members: Listener[];
  /** Whether a write may take a while to come to a majority. */
  readonly slowMajority: boolean;
  /** Nothing goes wrong any more. */
  readonly healed: boolean;
  /** Somebody reads the lines of `tell`. */
  readonly tracing: boolean;
  owner(name: string): Owner;
  group(name: string): Group;
  tell(line: string): void;
  /** A line of a process's log. */
  heard(process: string, text: string): void;
  /** A rare state was reached. */
  count(what: string): void;
  /** A fault that struck. */
  note(kind: FaultKind, label: string): void;
  later(millis: number, label: string, run: () => void): void;
  /** A record that a durable write has decided, which may be published from now on. */
  decided(record: { readonly value: Uint8Array | null }): void;
  append(record: OutboundRecord): void;
  commitOffset(group: Group, place: string, next: number): void;
  /** The outside world was asked for an effect under a key. */
  outside(effect: string, key: string): void;
};
