import type { DeadLetter, OutboundRecord } from "@troupe/kernel";
import { Laws } from "../laws/laws.ts";
import { IN_WORLD } from "../ports/call.ts";
import type { SimulatedCodec } from "../ports/codec.ts";
import { Group, type Listener } from "../ports/group.ts";
import { SimulatedLog, type SimulatedRecord } from "../ports/log.ts";
import { Majority, Owner, ParkedTable } from "../ports/tables.ts";
import { Chaos } from "./chaos.ts";
import { Clients } from "./clients.ts";
import { Dice } from "./dice.ts";
import { type FaultKind, Faults } from "./faults.ts";
import { Processes } from "./processes.ts";
import type { Mode, Scenario } from "./scenario.ts";
import { Scheduler } from "./scheduler.ts";
import type { Surroundings } from "./surroundings.ts";
import { Violation } from "./violation.ts";

export type WorldOptions = {
  readonly seed: number;
  readonly scenario: Scenario;
  /** Numbers of faults that are drawn and do not strike. */
  readonly without?: ReadonlySet<number>;
  readonly trace?: (line: string) => void;
  /** Counts rare states, over all worlds of a run. */
  readonly counts: Map<string, number>;
};

/** Steps that a healed world has to come to its end. */
const PATIENT_STEPS = 8_000;

/** Servers, processes and clients of one seed, on one virtual clock. */
export class World implements Surroundings {
  readonly scenario: Scenario;
  readonly mode: Mode;
  readonly dice: Dice;
  readonly seed: number;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly log: SimulatedLog;
  readonly codec: SimulatedCodec;
  readonly majority: Majority;
  readonly laws: Laws;
  readonly processes: Processes;
  readonly clients: Clients;
  readonly parked = new ParkedTable();
  readonly deadLetters = new Map<string, DeadLetter>();
  readonly owners = new Map<string, Owner>();
  readonly groups = new Map<string, Group>();
  readonly members: Listener[] = [];
  readonly #chaos: Chaos;
  readonly #counts: Map<string, number>;
  readonly #began: number;
  #healedAt: number | undefined;

  constructor({ seed, scenario, without = NONE, trace, counts }: WorldOptions) {
    this.seed = seed;
    this.scenario = scenario;
    this.mode = scenario.mode;
    this.#counts = counts;
    this.dice = new Dice(seed, 2);
    this.scheduler = new Scheduler(new Dice(seed, 3));
    this.scheduler.haste = scenario.haste;
    this.scheduler.trace = trace === undefined ? undefined : (line) => trace(`${this.#time()} ${line}`);
    this.faults = new Faults(new Dice(seed, 4), { rate: scenario.faultRate, without });
    this.log = new SimulatedLog(topicsOf(scenario));
    this.codec = scenario.stage.codec();
    this.laws = new Laws(this);
    this.majority = new Majority((written) => this.laws.onWrite(written));
    this.processes = new Processes(this);
    this.clients = new Clients(this, this.processes);
    this.#chaos = new Chaos(this, { processes: this.processes, dice: new Dice(seed, 5) });
    this.#began = this.scheduler.now;
    this.processes.startAll();
    this.clients.begin();
  }

  get slowMajority(): boolean {
    return this.scenario.slowMajority && this.faults.active;
  }

  get healed(): boolean {
    return this.#healedAt !== undefined;
  }

  /** One step. True when the world has come to its end. Throws Violation. */
  step(): boolean {
    const { scheduler } = this;
    if (this.#healedAt === undefined) {
      this.#chaos.step();
      if (scheduler.steps >= this.scenario.healAfter) this.heal();
    } else if (scheduler.steps > this.#healedAt + PATIENT_STEPS) {
      throw new Violation("I2", `unended after ${PATIENT_STEPS} steps without a fault: ${this.laws.openText()}`);
    }
    if (scheduler.idle) {
      this.processes.wakeStopping();
      if (scheduler.idle && this.#isQuiet()) {
        if (this.healed) {
          this.laws.atEnd();
          return true;
        }
        this.heal();
      }
    }
    scheduler.step();
    return false;
  }

  #isQuiet(): boolean {
    return this.clients.satisfied && this.processes.settled && this.laws.isQuiet();
  }

  outside(effect: string, key: string): void {
    this.laws.outside(effect, key);
  }

  /** From here on nothing goes wrong any more. */
  heal(): void {
    if (this.#healedAt !== undefined) return;
    this.#healedAt = this.scheduler.steps;
    this.faults.active = false;
    this.tell("the faults end");
    this.processes.heal();
  }

  tell(line: string): void {
    this.scheduler.trace?.(line);
  }

  /** A line of a process's log. */
  heard(process: string, text: string): void {
    if (text.endsWith("and is refused")) this.count("do after its undo refused");
    else if (text.endsWith("they are published now")) this.count("swept");
    if (this.tracing) this.tell(`${process}: ${text}`);
  }

  get tracing(): boolean {
    return this.scheduler.trace !== undefined;
  }

  #time(): string {
    return `${((this.scheduler.now - this.#began) / 1000).toFixed(3).padStart(8)}s`;
  }

  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** A fault that struck. */
  note(kind: FaultKind, label: string): void {
    this.count(kind);
    if (this.tracing) this.tell(`fault ${this.faults.struck.at(-1)?.number}: ${kind} (${label})`);
  }

  owner(name: string): Owner {
    return entryOf(this.owners, name, () => new Owner(name));
  }

  group(name: string): Group {
    return entryOf(this.groups, name, () => new Group(name));
  }

  /** A record that a durable write has decided, which may be published from now on. */
  decided(record: { readonly value: Uint8Array | null }): void {
    this.laws.decided(record.value);
  }

  append(record: OutboundRecord): void {
    const { log, scheduler, members } = this;
    const partition = log.partitionFor(record);
    if (this.mode === "staged" && this.faults.active && this.dice.oneIn(32)) partition.records.push(undefined); // a control record
    const appended = log.append(partition, record, { content: this.codec.contentOf(record.value), now: scheduler.now });
    this.laws.onAppend(appended);
    if (this.tracing) this.tell(`  ${partition.place}@${appended.offset} ${recordText(appended)}`);
    for (const member of members) member.appended(partition.place);
  }

  /** Never moves back: what arrives late may be old. */
  commitOffset(group: Group, place: string, next: number): void {
    if (next <= (group.committed.get(place) ?? 0)) return;
    this.laws.onOffset(group, { place, next });
    group.committed.set(place, next);
    if (this.tracing) this.tell(`  ${group.name} has committed ${place}@${next}`);
  }

  later(millis: number, label: string, run: () => void): void {
    this.scheduler.addLater(millis, { ...IN_WORLD, label, run });
  }
}

const NONE: ReadonlySet<number> = new Set();

function topicsOf({ partitions: { starts, work, answers, control } }: Scenario): ConstructorParameters<typeof SimulatedLog>[0] {
  return [
    { topic: "starts", partitions: starts },
    { topic: "work", partitions: work },
    { topic: "answers", partitions: answers },
    { topic: "troupe.control", partitions: control },
    { topic: "troupe.sagas", partitions: 1 },
  ];
}

function entryOf<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

function recordText({ content }: SimulatedRecord): string {
  if (content === undefined) return "garbage";
  const { event, envelope } = content;
  return `${event.name} ${envelope.tenant}/${envelope.correlationId ?? ""} ${envelope.id}`;
}
