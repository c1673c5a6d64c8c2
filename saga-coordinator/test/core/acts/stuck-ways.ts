import type { JsonObject } from "@troupe/kernel";
import type { OperatorAction } from "../../../src/core/index.ts";
import { compileRead, Play } from "../support/play.ts";

/** A way to become stuck: how a saga gets there, what is offered, and what an operator brings with an act. */
export type Way = {
  readonly way: string;
  readonly stuck: () => Play;
  readonly offered: readonly OperatorAction[];
  readonly brings?: { readonly [act in OperatorAction]?: JsonObject };
  /** Acts after which the same cause may stand until somebody answers, with what then helps. */
  readonly afterwards?: { readonly [act in OperatorAction]?: (play: Play) => void };
};

const NONE = "compensate: { none: it has no effect }";
const undo = (name: string, more = "") =>
  `compensate: { emit: Undo${name}, done: ${name}Undone, failed: Undo${name}Failed, timeout: 10s, retry: { attempts: 1 }${more} }`;

function saga(steps: string, head = "deadline: 1h"): () => Play {
  const definition = compileRead(`saga: s\nstart: { on: Started }\n${head}\nsteps:\n${steps}`);
  return () => new Play(definition);
}

function played(make: () => Play, ...happens: ReadonlyArray<(play: Play) => void>): () => Play {
  return () => {
    const play = make();
    for (const happen of happens) happen(play);
    return play;
  };
}
const started =
  (payload: JsonObject = {}) =>
  (play: Play): void =>
    void play.given("Started", payload);
const comes =
  (...events: string[]) =>
  (play: Play): void =>
    void play.events(...events);
const silence =
  (millis: number) =>
  (play: Play): void =>
    void play.pass(millis);

const PAIR = saga(
  `  a: { done: ADone, failed: AFailed, timeout: 10s, ${undo("A")} }\n  b: { after: [a], done: BDone, failed: BFailed, timeout: 10s, ${NONE} }\n`,
);
const PIVOTED = saga(
  `  p: { pivot: true, command: { emit: DoP }, done: PDone, failed: PFailed, timeout: 10s, retry: { attempts: 2, backoff: 1s } }\n  q: { after: [p], command: { emit: DoQ }, done: QDone, failed: QFailed, timeout: 10s, retry: { attempts: 1 } }\n`,
);
const GUARDED = saga(
  `  a: { done: { on: Answered, if: event.ok }, failed: { on: Answered, if: "!event.ok" }, timeout: 1m, ${undo("A")} }\n  b: { done: BDone, timeout: 1m, ${NONE} }\n`,
);
const FIRST = ["retry", "settle-as-done", "settle-as-failed"] as const;
const UNDO = ["retry", "settle-as-no-effect", "waive-undo"] as const;
const editStart = { "edit-data": { payload: { x: 1 } } };

export const WAYS: readonly Way[] = [
  { way: "an undo that failed for the last time", stuck: played(PAIR, started(), comes("ADone", "BFailed", "UndoAFailed")), offered: UNDO },
  { way: "an undo that nobody answered", stuck: played(PAIR, started(), comes("ADone", "BFailed"), silence(11_000)), offered: UNDO },
  {
    way: "a late outcome that did not come",
    stuck: played(
      saga(`  a: { done: ADone, failed: AFailed, timeout: 10s, ${undo("A", ", with: { x: steps.a.x }, whenUnknown: wait")} }\n`),
      started(),
      silence(30_000),
    ),
    offered: ["retry", "settle-as-done", "settle-as-failed", "waive-undo"],
    brings: { "settle-as-done": { payload: { x: 1 } } },
  },
  {
    way: "an answer whose guard can't be computed",
    stuck: played(GUARDED, started(), comes("Answered")),
    offered: ["resume", "settle-as-done", "settle-as-failed", "settle-as-no-effect"],
  },
  { way: "a silent pivot", stuck: played(PIVOTED, started(), silence(30_000)), offered: FIRST },
  { way: "a failure after the pivot", stuck: played(PIVOTED, started(), comes("PDone", "QFailed")), offered: ["retry", "settle-as-done"] },
  {
    way: "silence after the pivot",
    stuck: played(PIVOTED, started(), comes("PDone"), silence(11_000)),
    offered: ["retry", "settle-as-done"],
  },
  {
    way: "a join that can't be met while the saga can't turn",
    stuck: played(
      saga(
        `  p: { pivot: true, command: { emit: DoP }, done: PDone, failed: PFailed, timeout: 10m }\n  m: { after: [p], command: { emit: DoM }, done: MDone, failed: MFailed, timeout: 10s }\n  n: { after: [p], done: NDone, failed: NFailed, timeout: 10s }\n  j: { after: { any: [m, n] }, done: JDone, timeout: 10s }\n`,
      ),
      started(),
      comes("PDone", "MFailed", "NFailed"),
    ),
    offered: ["settle-as-done"],
  },
  {
    way: "a step without a timeout that the deadline could not turn",
    stuck: played(
      saga(
        `  p: { pivot: true, command: { emit: DoP }, done: PDone, failed: PFailed, timeout: 10s }\n  q: { after: [p], command: { emit: DoQ }, done: QDone }\n`,
      ),
      started(),
      comes("PDone"),
      silence(3_600_000),
    ),
    offered: ["retry", "settle-as-done"],
    afterwards: { retry: (play) => void play.event("QDone") },
  },
  {
    way: "a guard that can't be computed",
    stuck: played(saga(`  a: { if: start.x > 0, done: ADone, timeout: 10s, ${NONE} }\n`), started()),
    offered: ["edit-data", "settle-as-done", "compensate"],
    brings: editStart,
  },
  {
    way: "a command that can't be computed",
    stuck: played(saga(`  a: { command: { emit: DoA, with: { x: start.x } }, done: ADone, timeout: 10s, ${undo("A")} }\n`), started()),
    offered: ["edit-data", "settle-as-done", "compensate"],
    brings: editStart,
  },
  {
    way: "an undo that can't be computed",
    stuck: played(
      saga(
        `  a: { done: ADone, timeout: 10s, ${undo("A", ", with: { x: start.x }")} }\n  b: { after: [a], done: BDone, failed: BFailed, timeout: 10s, ${NONE} }\n`,
      ),
      started(),
      comes("ADone", "BFailed"),
    ),
    offered: ["edit-data", "waive-undo"],
    brings: editStart,
  },
  {
    way: "a result that can't be computed",
    stuck: played(saga(`  a: { done: ADone, timeout: 10s, ${NONE} }\n`, "deadline: 1h\nresult: { x: start.x }"), started(), comes("ADone")),
    offered: ["edit-data"],
    brings: editStart,
  },
  {
    way: "a list that can't be computed",
    stuck: played(
      saga(`  a: { forEach: start.x, as: line, key: line, answerKey: event.key, done: ADone, timeout: 10s, ${NONE} }\n`),
      started(),
    ),
    offered: ["edit-data", "settle-as-done", "compensate"],
    brings: { "edit-data": { payload: { x: ["k"] } } },
  },
  {
    way: "one element of a fan-out that failed after the pivot",
    stuck: played(
      saga(
        `  p: { pivot: true, command: { emit: DoP }, done: PDone, failed: PFailed, timeout: 10s }\n  f: { after: [p], forEach: start.lines, as: line, key: line, answerKey: event.key, command: { emit: DoF, with: { key: line } }, done: FDone, failed: FFailed, timeout: 10s }\n`,
      ),
      started({ lines: ["k", "l"] }),
      comes("PDone"),
      (play) => void play.given("FDone", { key: "k" }),
      (play) => void play.given("FFailed", { key: "l" }),
    ),
    offered: ["retry", "settle-as-done"],
  },
  {
    way: "an alias that belongs to another saga",
    stuck: played(
      saga(`  a: { done: ADone, timeout: 1m, ${NONE} }\n`, "deadline: 1h\naliases: { ref: start.x }"),
      started({ x: "r-1" }),
      (play) =>
        void play.fact({ kind: "act", identity: "refused", name: "aliasRefused", data: { alias: "ref", value: "r-1", owner: "o-0" } }),
    ),
    offered: ["edit-data", "resume", "compensate"],
    brings: { "edit-data": { payload: { x: "r-2" } } },
  },
  {
    way: "a start whose guard can't be computed",
    stuck: played(
      () =>
        new Play(
          compileRead(
            `saga: s\nstart: { on: Started, if: event.x > 0 }\ndeadline: 1h\nsteps:\n  a: { done: ADone, timeout: 10s, ${NONE} }\n`,
          ),
        ),
      started(),
    ),
    offered: ["signal", "cancel"],
    brings: { signal: { event: "Started", payload: { x: 1 } } },
  },
];
