import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

export const PROGRAM = join(import.meta.dirname, "..", "role.ts");
const FLAGS = ["--disable-warning=TimeoutNegativeWarning", "--disable-warning=ExperimentalWarning"];
const LOOK_MILLIS = 20;
const START_MILLIS = 60_000;
const STOP_MILLIS = 15_000;
/** Logs of earlier starts that are kept, for whoever looks into a finding. */
const KEPT_LOGS = 10;

export type ActorOptions = {
  readonly name: string;
  readonly roles: readonly string[];
  /** Environment of the process, the settings of the run among it. */
  readonly environment: { readonly [name: string]: string | undefined };
  /** Folder for what it says, a file for each start. */
  readonly logs: string;
  /** Before each start; what it throws prevents it. */
  readonly onStart: () => void;
  /** There is a process, or another one than before. */
  readonly onPid: () => void;
};

/** Lets Node write its cache of compiled sources, which it does when a process ends in peace. */
export function warmUp(environment: ActorOptions["environment"]): void {
  spawnSync(process.execPath, [...FLAGS, PROGRAM, "--help"], { stdio: "ignore", env: environment });
}

/** A process of the platform on the stage: `npm run role` without the launcher, so that a signal meets the program itself. */
export class Actor {
  readonly name: string;
  readonly #options: ActorOptions;
  #starts = 0;
  #child: ChildProcess | undefined;
  #exit: Promise<void> = Promise.resolve();
  #gone = true;
  #expected = true;
  #address: string | undefined;

  constructor(options: ActorOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.#gone ? undefined : this.#child?.pid;
  }

  /** Where it answers HTTP; undefined while it does not. */
  get address(): string | undefined {
    return this.#gone ? undefined : this.#address;
  }

  /**
   * Resolves when it listens; with `failAt` also when it has killed itself before. Rejects with what it said when it ends by
   * itself: that is no fault of ours.
   */
  async start(failAt?: string): Promise<void> {
    const { roles, environment, onStart, onPid } = this.#options;
    onStart();
    this.#starts += 1;
    rmSync(this.#log(this.#starts - KEPT_LOGS), { force: true });
    const log = openSync(this.#log(this.#starts), "w");
    const env = failAt === undefined ? environment : { ...environment, TROUPE_FAIL_AT: failAt };
    // In a group of its own: Ctrl-C on a terminal is for the director, who stops the actors himself.
    const child = spawn(process.execPath, [...FLAGS, PROGRAM, ...roles], { stdio: ["ignore", "ignore", log], env, detached: true });
    closeSync(log);
    this.#child = child;
    this.#address = undefined;
    this.#gone = false;
    this.#expected = failAt !== undefined;
    this.#exit = new Promise((resolve) => {
      const end = (): void => {
        this.#gone = true;
        resolve();
      };
      child.on("error", end); // it could not be started: its log is empty
      child.on("exit", end);
    });
    onPid();
    for (let waited = 0; this.#address === undefined && !this.#gone; waited += LOOK_MILLIS) {
      if (waited > START_MILLIS) throw this.#trouble(`does not listen after ${START_MILLIS / 1000} s`);
      await wait(LOOK_MILLIS);
      this.#address = /^troupe: .*?(http:\/\/[\w.:[\]]+\d)/m.exec(this.said())?.[1];
    }
    this.check();
  }

  /** Throws when it has ended although nobody killed it. */
  check(): void {
    if (this.#gone && !this.#expected) throw this.#trouble("has ended by itself");
  }

  /** True when it is gone within `millis`. */
  async ended(millis: number): Promise<boolean> {
    const patience = new AbortController();
    await Promise.race([this.#exit, wait(millis, undefined, { signal: patience.signal }).catch(() => {})]); // an abort only ends the wait
    patience.abort();
    return this.#gone;
  }

  /** `kill -9`, also of one that is stopped. Resolves when it is gone; false when it was before. */
  async kill(): Promise<boolean> {
    this.#expected = true;
    const killed = this.#signal("SIGKILL");
    await this.#exit;
    return killed;
  }

  /** Asks it to stop. Rejects when it does not in time. */
  async stop(): Promise<void> {
    this.#expected = true;
    this.#signal("SIGTERM");
    if (!(await this.ended(STOP_MILLIS))) throw this.#trouble(`does not stop within ${STOP_MILLIS / 1000} s`);
  }

  stall(): void {
    this.#signal("SIGSTOP");
  }

  wake(): void {
    this.#signal("SIGCONT");
  }

  /** What it has said since its start. */
  said(): string {
    return readFileSync(this.#log(this.#starts), "utf8");
  }

  #log(start: number): string {
    return join(this.#options.logs, `${this.name}-${start}.log`);
  }

  #signal(signal: NodeJS.Signals): boolean {
    return !this.#gone && this.#child?.kill(signal) === true;
  }

  #trouble(what: string): Error {
    return new Error(`${this.name} ${what}; it said last:\n${this.said().split("\n").slice(-10).join("\n")}`);
  }
}
