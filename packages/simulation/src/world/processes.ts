import type { EnginePorts } from "@troupe/engine";
import type { Clock, HttpRoute } from "@troupe/kernel";
import { coordinatorOn } from "@troupe/saga-coordinator/shell";
import { type Role, serviceRole } from "@troupe/service-kit";
import { simulatedBus } from "../ports/bus.ts";
import { Call } from "../ports/call.ts";
import { simulatedIds } from "../ports/ids.ts";
import { logTo, quietMetrics, quietTracing } from "../ports/quiet.ts";
import { simulatedStore, simulatedWork } from "../ports/store.ts";
import { participant } from "../stage/participants.ts";
import { Dice } from "./dice.ts";
import { Life } from "./life.ts";
import type { Surroundings } from "./surroundings.ts";

const LIMITS = {
  timerPollMillis: 1_000,
  sweepEveryMillis: 2_000,
  sweepAfterMillis: 2_000,
  trimEveryMillis: 500,
  heldTimerMillis: 5_000,
};
/** How long a group waits for a member that says nothing. */
const SESSION_MILLIS = 3_000;

/** A place where a process runs; after a crash another life begins there. */
type Slot = {
  readonly number: number;
  readonly names: readonly string[];
  lives: number;
  life: Life | undefined;
  roles: readonly Role[];
  stopping: boolean;
};

/** Processes of one world: started, crashed, frozen, stopped, started again. */
export class Processes {
  readonly #world: Surroundings;
  readonly #slots: Slot[];
  #stopping = 0;

  constructor(world: Surroundings) {
    this.#world = world;
    this.#slots = world.scenario.processes.map((names, number) => ({
      number,
      names,
      lives: 0,
      life: undefined,
      roles: [],
      stopping: false,
    }));
  }

  startAll(): void {
    for (const slot of this.#slots) this.#start(slot);
  }

  #start(slot: Slot): void {
    if (slot.life !== undefined) return;
    const world = this.#world;
    slot.lives += 1;
    const name = `p${slot.number}.${slot.lives}`;
    const life = new Life(name, new Dice(world.seed, 16 + slot.number * 64 + slot.lives));
    slot.life = life;
    slot.stopping = false;
    world.tell(`${name} starts as ${slot.names.join(", ")}`);
    slot.roles = slot.names.map((role) => this.#role(role, life));
    for (const role of slot.roles) role.start().catch(() => this.#end(slot, life, "can't start"));
  }

  #role(name: string, life: Life): Role {
    const ports = this.#ports(life);
    const { stage, cachedDocuments } = this.#world.scenario;
    const limits = { ...LIMITS, cachedDocuments };
    if (name === "coordinator") return coordinatorOn(ports, { definitions: stage.definitions, limits });
    const outside = (effect: string, key: string): Promise<void> => this.#outside(life, { effect, key });
    return serviceRole(participant(name === "beta" ? "beta" : "alpha", stage.sagas, outside), ports, limits);
  }

  #ports(life: Life): EnginePorts {
    const world = this.#world;
    const bus = simulatedBus(world, life);
    const store = simulatedStore(world, life);
    const { codec } = world;
    const work = world.mode === "atomic" ? simulatedWork(world, life) : undefined;
    const log = logTo((text) => world.heard(life.name, text));
    return {
      bus,
      store,
      work,
      codec,
      ids: simulatedIds,
      clock: this.#clock(life),
      random: life.dice,
      log,
      tracing: quietTracing,
      metrics: quietMetrics,
    };
  }

  #clock(life: Life): Clock {
    const { scheduler } = this.#world;
    return {
      now: () => scheduler.now,
      sleep: (millis, signal) =>
        new Promise((resolve) => {
          scheduler.addLater(millis, { life, label: "wakes", run: resolve, outlives: false }, signal);
        }),
    };
  }

  #outside(life: Life, { effect, key }: { readonly effect: string; readonly key: string }): Promise<void> {
    return new Call<void>(this.#world, life, {
      label: `outside: ${effect}`,
      faults: ["request lost", "reply lost", "reply late"],
      server: "bus",
      act: (answer) => {
        this.#world.outside(effect, key);
        answer();
      },
    }).promise;
  }

  /** Some process that lives and is not frozen. */
  #alive(): readonly Slot[] {
    return this.#slots.filter(({ life, stopping }) => life !== undefined && !life.frozen && !stopping);
  }

  /** A route of some living process. */
  route(dice: Dice): HttpRoute | undefined {
    const routes = this.#alive().flatMap(({ roles }) => roles.flatMap((role) => role.routes));
    return routes.length === 0 ? undefined : dice.pick(routes);
  }

  crash(dice: Dice): void {
    const alive = this.#slots.filter(({ life }) => life !== undefined);
    if (alive.length === 0) return;
    const slot = dice.pick(alive);
    if (slot.life !== undefined) this.#end(slot, slot.life, "crashes");
  }

  #end(slot: Slot, life: Life, how: string): void {
    if (life.dead) return;
    const world = this.#world;
    world.tell(`${life.name} ${how}`);
    life.dead = true;
    life.unheard.length = 0;
    if (slot.stopping) this.#stopping -= 1;
    slot.life = undefined;
    slot.roles = [];
    for (const member of world.members.filter((one) => one.life === life)) {
      world.later(world.dice.below(SESSION_MILLIS), `the session of ${life.name} ends`, () => member.expel());
    }
    const pause = world.healed ? 100 : world.dice.below(4_000);
    world.later(pause, `slot ${slot.number} starts again`, () => this.#start(slot));
  }

  /** Nobody can catch this signal; the process goes on later as if nothing had happened. */
  freeze(dice: Dice): void {
    const alive = this.#alive();
    if (alive.length === 0) return;
    const { life } = dice.pick(alive);
    if (life === undefined) return;
    const world = this.#world;
    life.frozen = true;
    world.tell(`${life.name} is frozen`);
    for (const member of world.members.filter((one) => one.life === life)) {
      world.later(SESSION_MILLIS, `the session of ${life.name} ends`, () => {
        if (life.frozen) member.expel();
      });
    }
    world.later(dice.between(200, 9_000), `${life.name} wakes`, () => this.#thaw(life));
  }

  #thaw(life: Life): void {
    if (!life.frozen) return;
    life.frozen = false;
    for (const operation of life.unheard.splice(0)) this.#world.scheduler.add(operation);
  }

  /** A clean stop, and a start again. */
  stop(dice: Dice): void {
    const alive = this.#alive();
    if (alive.length === 0) return;
    const slot = dice.pick(alive);
    const { life } = slot;
    if (life === undefined) return;
    this.#world.tell(`${life.name} stops`);
    slot.stopping = true;
    this.#stopping += 1;
    const ended = Promise.all(slot.roles.map((role) => role.stop()));
    const end = (): void => {
      this.#world.count("stopped cleanly");
      this.#end(slot, life, "has stopped");
    };
    ended.then(end, end);
  }

  /** Whoever stops does not sleep on. */
  wakeStopping(): void {
    if (this.#stopping > 0) this.#world.scheduler.wakeAborted();
  }

  get settled(): boolean {
    return this.#stopping === 0 && this.#slots.every(({ life }) => life !== undefined && !life.frozen);
  }

  heal(): void {
    for (const { life } of this.#slots) if (life?.frozen === true) this.#thaw(life);
  }
}
