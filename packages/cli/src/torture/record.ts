import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TroupeError } from "@troupe/kernel";
import type { Target } from "../config.ts";

/** `random`: by a signal at a moment that nobody chose; the others kill themselves at that fail point. */
export const KILL_POINTS = ["random", "fp1", "fp2", "fp3", "fp4", "fp5", "fp6"] as const;
export type KillPoint = (typeof KILL_POINTS)[number];

/** What a run was asked for and has done so far. Kept in a file, so that an interrupted run goes on. */
export type TortureRecord = {
  /** Marks this run's orders among others on shared servers. */
  readonly run: string;
  readonly target: Target;
  readonly seed: number;
  readonly wanted: { readonly kills: number; readonly zombies: number };
  kills: { readonly [point in KillPoint]: number };
  /** Processes that were stopped for longer than their session, and woken. */
  zombies: number;
  /** Zombies whose partitions another process had taken over before they woke. */
  zombiesReplaced: number;
  /** Processes that were asked to stop (SIGTERM), and did. */
  stops: number;
  /** Starts of processes. */
  starts: number;
  /** Number of the next order. */
  nextOrder: number;
  /** Orders that were refused for good, in words: a defect. */
  refused: string[];
  /** Milliseconds that the run took, without interruptions. */
  millis: number;
  /** Dead letters that others had left on shared servers when the run began. */
  deadLettersBefore: number | undefined;
  interruptions: number;
  /** Processes that run for it at the moment. */
  pids: readonly number[];
};

export const killsOf = ({ kills }: TortureRecord): number => Object.values(kills).reduce((sum, count) => sum + count, 0);

/** The files of a run under one folder: its record, the ids that customers were told, what its processes write. */
export class TortureFiles {
  readonly data: string;
  readonly logs: string;
  /** Sources as Node has compiled them: hundreds of starts need not do it again. */
  readonly compiled: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.data = join(folder, "data");
    this.logs = join(folder, "logs");
    this.compiled = join(folder, "compiled");
  }

  /** Pids of the processes of an earlier run that was killed itself. */
  leftovers(): readonly number[] {
    if (!existsSync(this.#record)) return [];
    const { pids = [] }: Partial<TortureRecord> = this.#read(); // an older version kept none
    return pids;
  }

  /** Removes what an earlier run has left. */
  begin(record: TortureRecord): void {
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.logs, { recursive: true });
    this.save(record);
  }

  /** The record of the run that was interrupted. Throws OPTION_INVALID when there is none. */
  resume(): TortureRecord {
    if (!existsSync(this.#record)) {
      const allowed = `--resume where a run was interrupted; there is none in ${this.#folder}`;
      throw new TroupeError("OPTION_INVALID", { option: "--resume", found: "nothing to go on with", allowed });
    }
    const record = this.#read();
    return { ...record, interruptions: record.interruptions + 1 };
  }

  #read(): TortureRecord {
    return JSON.parse(readFileSync(this.#record, "utf8")) as TortureRecord; // written by save
  }

  /** Whole or not at all: a run may be killed at any moment itself. */
  save(record: TortureRecord): void {
    writeFileSync(`${this.#record}.new`, JSON.stringify(record, null, 2));
    renameSync(`${this.#record}.new`, this.#record);
  }

  accept(order: string): void {
    appendFileSync(this.#accepted, `${order}\n`);
  }

  /** Ids of the orders that were answered 202. */
  accepted(): ReadonlySet<string> {
    if (!existsSync(this.#accepted)) return new Set();
    return new Set(
      readFileSync(this.#accepted, "utf8")
        .split("\n")
        .filter((line) => line !== ""),
    );
  }

  get #record(): string {
    return join(this.#folder, "record.json");
  }

  get #accepted(): string {
    return join(this.#folder, "accepted.txt");
  }
}
