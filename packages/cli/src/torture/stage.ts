import type { Config } from "../config.ts";
import { Actor, type ActorOptions, warmUp } from "./actor.ts";
import type { TortureFiles, TortureRecord } from "./record.ts";

/** Each service as a process of its own, and two coordinators that share the work. */
const CAST: ReadonlyArray<{ readonly name: string; readonly roles: readonly string[] }> = [
  { name: "orders", roles: ["orders", "api"] },
  { name: "inventory", roles: ["inventory"] },
  { name: "payments", roles: ["payments"] },
  { name: "shipping", roles: ["shipping"] },
  { name: "coordinator-1", roles: ["coordinator"] },
  { name: "coordinator-2", roles: ["coordinator"] },
];

/** The processes of a run. Nobody else starts or signals them. */
export class Stage {
  readonly actors: readonly Actor[];
  readonly #make: (name: string, roles: readonly string[]) => Actor;
  readonly #environment: ActorOptions["environment"];
  readonly #twins = new Set<Actor>();
  #closed = false;

  constructor(config: Config, files: TortureFiles, record: TortureRecord) {
    const environment = environmentOf(config, files);
    this.#environment = environment;
    const onStart = (): void => {
      if (this.#closed) throw new Error("the run is over");
      record.starts += 1;
    };
    const onPid = (): void => {
      record.pids = [...this.actors, ...this.#twins].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
      files.save(record);
    };
    this.#make = (name, roles) => new Actor({ name, roles, environment, logs: files.logs, onStart, onPid });
    this.actors = CAST.map(({ name, roles }) => this.#make(name, roles));
  }

  /** Rejects when a process does not start. */
  async open(): Promise<void> {
    warmUp(this.#environment);
    await Promise.all(this.actors.map((actor) => actor.start()));
  }

  /** Addresses at which orders can be placed at the moment. */
  faces(): readonly string[] {
    return [...this.actors, ...this.#twins].flatMap(({ name, address }) =>
      name.startsWith("orders") && address !== undefined ? [address] : [],
    );
  }

  /** Somebody who can take over what `actor` does: the other coordinator, or a second process of the same roles. */
  async understudy(actor: Actor): Promise<{ readonly twin: Actor; dismiss(): Promise<boolean> }> {
    const part = CAST.find(({ name }) => name === actor.name);
    const peer = this.actors.find(({ name }) => name !== actor.name && isCoordinator(name) && isCoordinator(actor.name));
    if (peer !== undefined) return { twin: peer, dismiss: async () => false };
    const twin = this.#make(`${actor.name}-twin`, part?.roles ?? []);
    this.#twins.add(twin);
    await twin.start();
    const dismiss = async (): Promise<boolean> => {
      await twin.stop();
      return this.#twins.delete(twin);
    };
    return { twin, dismiss };
  }

  /** Throws when some process has ended although nobody killed it. */
  check(): void {
    for (const actor of [...this.actors, ...this.#twins]) actor.check();
  }

  /** Stops everybody in peace. Rejects when one does not stop. */
  async close(): Promise<void> {
    await Promise.all([...this.actors, ...this.#twins].map((actor) => actor.stop()));
  }

  /** Ends whatever still runs, at once. */
  async clear(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.actors, ...this.#twins].map((actor) => actor.kill()));
  }
}

const isCoordinator = (name: string): boolean => name.startsWith("coordinator");

/** The effective configuration of the run as settings of its processes; the launcher's own names stay behind. */
function environmentOf(config: Config, files: TortureFiles): ActorOptions["environment"] {
  const foreign = Object.entries(process.env).filter(([name]) => !/^TROUPE_(CLONE_STARTED_AT|INSTALL_SECONDS|FAIL_AT)$/.test(name));
  return {
    ...Object.fromEntries(foreign),
    TROUPE_ON: config.target,
    TROUPE_DATA: config.dataDir,
    TROUPE_SESSION_TIMEOUT: String(config.sessionTimeoutMillis),
    TROUPE_LOG_LEVEL: "info", // it says when its partitions move
    NODE_COMPILE_CACHE: files.compiled,
  };
}
