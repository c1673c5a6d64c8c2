import { ENGINE_DEFAULTS, type EngineLimits } from "@troupe/engine";

/** What can grow, and how far it may: docs/bounds.md says what happens at each bound. */
export type Bounds = {
  readonly horizonHours: number;
  readonly retentionHours: number;
  readonly logRetentionHours: number;
  readonly cachedDocuments: number;
  readonly submittedFacts: number;
  readonly lateMillis: number;
  readonly unpublishedRecords: number;
  readonly runningReactions: number;
  readonly timersPerPoll: number;
  readonly historyEntries: number;
  readonly documentBytes: number;
  readonly diskMegabytes: number;
  readonly deadLetters: number;
  readonly parkedKeys: number;
  readonly parkedRecordsPerKey: number;
  readonly parkedBytes: number;
};

export type BoundSetting = {
  readonly key: keyof Bounds;
  readonly environment: string;
  readonly type: "integer";
  readonly default: string;
  readonly min: number;
  readonly max: number;
  readonly doc: string;
};

const HOUR = 3_600_000;
const MOST = 1_000_000_000;
const bound = (
  key: keyof Bounds,
  [environment, min, max]: readonly [string, number, number],
  [fallback, doc]: readonly [number, string],
): BoundSetting => ({ key, environment: `TROUPE_${environment}`, type: "integer", default: String(fallback), min, max, doc });
const { horizonMillis, ...ENGINE } = ENGINE_DEFAULTS;

/** Settings of the bounds, part of the table of settings. */
export const BOUND_SETTINGS: readonly BoundSetting[] = [
  bound(
    "horizonHours",
    ["HORIZON", 1, 8_760],
    [horizonMillis / HOUR, "Hours: how old a record may be, and how long duplicates are known."],
  ),
  bound(
    "retentionHours",
    ["RETENTION", 0, 876_000],
    [720, "Hours that an ended saga is kept; then a marker is left for the horizon and a day. 0: for ever."],
  ),
  bound(
    "logRetentionHours",
    ["LOG_RETENTION", 1, 876_000],
    [216, "Hours that the embedded log keeps records which every group has passed."],
  ),
  bound("cachedDocuments", ["MAX_CACHED", 1, MOST], [ENGINE.cachedDocuments, "Documents that each role keeps in memory."]),
  bound("submittedFacts", ["MAX_REQUESTS", 1, MOST], [ENGINE.submittedFacts, "Requests that wait for the store; beyond it 429."]),
  bound(
    "lateMillis",
    ["MAX_LATE", 10, 60_000],
    [50, "Milliseconds that a process may be late for its own timers; beyond it requests that change something get 429."],
  ),
  bound(
    "unpublishedRecords",
    ["MAX_UNPUBLISHED", 1, MOST],
    [ENGINE.unpublishedRecords, "Records that wait for the bus (native); beyond it no new batches and 429."],
  ),
  bound("runningReactions", ["MAX_REACTIONS", 1, MOST], [ENGINE.runningReactions, "Reactions under way; beyond it no new batches."]),
  bound("timersPerPoll", ["MAX_TIMERS", 1, MOST], [ENGINE.timersPerPoll, "Timers that fire in one poll of 200 ms."]),
  bound("historyEntries", ["MAX_HISTORY", 10, MOST], [ENGINE.historyEntries, "Facts in the history of a saga; beyond it dead letters."]),
  bound(
    "documentBytes",
    ["MAX_DOCUMENT", 10_000, 16_777_216],
    [16_777_216, "Bytes of one document without its history; a write beyond it is refused."],
  ),
  bound(
    "diskMegabytes",
    ["MAX_DISK", 1, 16_000_000],
    [1_000_000, "Mebibytes of the embedded data file; at it nothing more is accepted, as on a full disk."],
  ),
  bound("deadLetters", ["MAX_DEAD_LETTERS", 1, MOST], [ENGINE.deadLetters, "Dead letters; beyond it partitions wait."]),
  bound("parkedKeys", ["MAX_PARKED_KEYS", 0, MOST], [ENGINE.parkedKeys, "Parked keys of one role; beyond it dead letters."]),
  bound(
    "parkedRecordsPerKey",
    ["MAX_PARKED_RECORDS", 1, 10_000],
    [ENGINE.parkedRecordsPerKey, "Records that wait under one parked key; beyond it dead letters."],
  ),
  bound(
    "parkedBytes",
    ["MAX_PARKED_BYTES", 0, 1e12],
    [ENGINE.parkedBytes, "Bytes of all parked records of one role; beyond it dead letters."],
  ),
];

/** The bounds as engines take them. */
export function engineLimits({ horizonHours, retentionHours, ...bounds }: Bounds): Partial<EngineLimits> {
  const { cachedDocuments, submittedFacts, unpublishedRecords, runningReactions, timersPerPoll, historyEntries, deadLetters } = bounds;
  const { parkedKeys, parkedRecordsPerKey, parkedBytes } = bounds;
  return {
    horizonMillis: horizonHours * HOUR,
    retentionMillis: retentionHours * HOUR,
    ...{ cachedDocuments, submittedFacts, unpublishedRecords, runningReactions, timersPerPoll, historyEntries, deadLetters },
    ...{ parkedKeys, parkedRecordsPerKey, parkedBytes },
  };
}
