import type { Scenario } from "../world/scenario.ts";
import { missedStates, RARE_STATES, SEEDS_FOR_COVERAGE } from "./coverage.ts";
import type { Seen } from "./one-seed.ts";
import type { Sum } from "./pool.ts";

/** Lines of a timeline that are shown when nobody asked for all. */
const SHOWN = 120;

const count = (value: number): string => Math.round(value).toLocaleString("en-US");

export function progressText({ seeds, found }: Sum, { millis, of }: { readonly millis: number; readonly of: number | undefined }): string {
  const total = of === undefined ? "" : ` of ${count(of)}`;
  return `${count(seeds)}${total} seeds, ${count((seeds * 1000) / millis)} a second, ${found.length} violations`;
}

/** What a run reached, and how fast. */
export function summaryText(sum: Sum, millis: number): string {
  const steps = sum.seeds === 0 ? 0 : sum.steps / sum.seeds;
  const lines = RARE_STATES.map((state) => `  ${state.padEnd(28)} ${count(sum.counts.get(state) ?? 0).padStart(10)}`);
  const speed = count((sum.seeds * 1000) / millis);
  return [
    "How often rare states were reached:",
    ...lines,
    `${count(sum.seeds)} seeds of ${count(steps)} steps in ${(millis / 1000).toFixed(1)} s, ${speed} a second; ${sum.found.length} violations.`,
  ].join("\n");
}

/** A sentence when a rare state was never reached although enough seeds ran; undefined otherwise. */
export function coverageText({ seeds, counts }: Sum, isWhole: boolean): string | undefined {
  const missed = missedStates(counts);
  if (!isWhole || seeds < SEEDS_FOR_COVERAGE || missed.length === 0) return undefined;
  return `Never reached in ${count(seeds)} seeds: ${missed.join(", ")}.`;
}

export function scenarioText({ mode, processes, starts, partitions }: Scenario): string {
  const sagas = starts.map(({ document, plan, way }) => `${document} (plan ${plan}, by ${way})`);
  return `${mode}, ${processes.map((roles) => roles.join("+")).join(" | ")}, ${partitions.answers} partitions; ${sagas.join(", ")}`;
}

/** Seed, what was broken, what is left of the schedule, and what happened. */
export function violationText(seen: Seen, { scenario, again }: { readonly scenario: Scenario; readonly again: string }): string {
  const faults = seen.struck.map(({ number, kind }) => `${number} ${kind}`).join(", ");
  const told = seen.lines.filter((line) => !line.endsWith(": wakes"));
  const shown = told.slice(-SHOWN);
  return [
    `Seed ${seen.seed}: ${scenarioText(scenario)}`,
    `Broken: ${seen.violation?.message ?? "nothing"}`,
    `Faults that are needed: ${faults === "" ? "none" : faults}`,
    ...(shown.length < told.length ? [`  (${told.length - shown.length} lines before are left out)`] : []),
    ...shown,
    `Again: ${again}`,
  ].join("\n");
}
