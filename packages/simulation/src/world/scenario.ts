import { documentId } from "@troupe/kernel";
import { drawPlan } from "../stage/plans.ts";
import type { Stage } from "../stage/stage.ts";
import { Dice } from "./dice.ts";

export type Mode = "atomic" | "staged";

/** A saga that the world starts, and how. */
export type Start = {
  readonly tenant: string;
  readonly saga: string;
  readonly key: string;
  /** Of the saga's document. */
  readonly document: string;
  readonly plan: string;
  /** `http`: a client asks until it is answered. `event`: somebody puts the event on the bus, `times` times. */
  readonly way: "http" | "event";
  readonly times: number;
  /** When, milliseconds after the world began. */
  readonly atMillis: number;
  /** When somebody asks to cancel it; undefined: nobody does. */
  readonly cancelMillis: number | undefined;
};

/** Everything about a world that follows from its seed before it begins. */
export type Scenario = {
  readonly mode: Mode;
  readonly stage: Stage;
  readonly starts: readonly Start[];
  /** Roles of each process. */
  readonly processes: ReadonlyArray<ReadonlyArray<"coordinator" | "alpha" | "beta">>;
  readonly partitions: { readonly starts: number; readonly work: number; readonly answers: number; readonly control: number };
  /** Probability that a call goes wrong. */
  readonly faultRate: number;
  /** Steps between faults that strike no call: crashes, zombies, rebalances. */
  readonly chaosEvery: number;
  /** After how many steps the faults end. */
  readonly healAfter: number;
  readonly haste: number;
  readonly slowMajority: boolean;
  readonly cachedDocuments: number;
};

export function drawScenario(
  seed: number,
  { stages, mode }: { readonly stages: readonly Stage[]; readonly mode: Mode | undefined },
): Scenario {
  const dice = new Dice(seed, 1);
  const drawnMode: Mode = dice.oneIn(2) ? "atomic" : "staged";
  const chosen = mode ?? drawnMode;
  const stage = dice.pick(stages);
  const calm = dice.oneIn(8);
  const partitions = dice.pick([1, 2, 2, 4]);
  return {
    mode: chosen,
    stage,
    starts: drawStarts(dice, stage),
    processes: drawProcesses(dice, stage),
    partitions: { starts: partitions, work: partitions, answers: dice.oneIn(6) ? partitions * 2 : partitions, control: partitions },
    faultRate: calm ? 0 : dice.pick([0.01, 0.03, 0.03, 0.08]),
    chaosEvery: calm ? 0 : dice.pick([20, 40, 80, 160]),
    healAfter: dice.between(40, 400),
    haste: dice.pick([0, 0.01, 0.05]),
    slowMajority: chosen === "staged" && dice.oneIn(3),
    cachedDocuments: dice.oneIn(4) ? 1 : 100,
  };
}

function drawStarts(dice: Dice, { sagas }: Stage): readonly Start[] {
  const count = dice.pick([1, 1, 1, 1, 2, 2, 3]);
  return Array.from({ length: count }, (_, at): Start => {
    const saga = dice.pick(sagas);
    const isForeign = dice.oneIn(6);
    const tenant = isForeign ? "acme" : "default";
    const key = isForeign ? "s0" : `s${at}`;
    return {
      tenant,
      saga: saga.name,
      key,
      document: documentId({ tenant, definition: saga.name, key }),
      plan: drawPlan(
        saga.steps.map(({ name }) => name),
        (limit) => dice.below(limit),
      ),
      way: isForeign || dice.oneIn(2) ? "event" : "http",
      times: dice.oneIn(5) ? 2 : 1,
      atMillis: dice.below(1_500),
      cancelMillis: dice.oneIn(12) ? dice.below(8_000) : undefined,
    };
  });
}

function drawProcesses(dice: Dice, { services }: Stage): Scenario["processes"] {
  const all = ["coordinator", ...services] as const;
  switch (dice.below(4)) {
    case 0:
      return [all, all];
    case 1:
      return [["coordinator"], ["coordinator", "alpha"], services];
    case 2:
      return [
        ["coordinator", "alpha"],
        ["coordinator", ...services],
      ];
    default:
      return [["coordinator"], all, services];
  }
}
