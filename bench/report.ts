import { type LayerTime, percent } from "./measure/profile-layers.ts";
import { spreadOf, spreadText } from "./measure/spread.ts";
import type { RoundFigures } from "./round.ts";

/** The rounds of one number in flight; `floors`: sagas a second of the bare store, one beside each round, or none. */
export type Measured = { readonly inFlight: number; readonly rounds: readonly RoundFigures[]; readonly floors: readonly number[] };

type Column = { readonly title: string; readonly of: (measured: Measured) => string };

const figure = (title: string, name: Exclude<keyof RoundFigures, "verdict">, digits = 0): Column => ({
  title,
  of: ({ rounds }) => spreadText(spreadOf(rounds.map((round) => round[name])), digits),
});

const COLUMNS: readonly Column[] = [
  { title: "in flight", of: ({ inFlight }) => String(inFlight) },
  figure("sagas/s", "sagasPerSecond"),
  figure("transitions/s", "transitionsPerSecond"),
  figure("p50 ms", "p50", 1),
  figure("p99 ms", "p99", 1),
  figure("CPU ms a transition", "cpuMillisPerTransition", 3),
  figure("bytes a transition", "bytesPerTransition"),
  figure("MiB at peak", "peakMemoryMiB"),
  { title: "verdict", of: ({ rounds }) => `${rounds.reduce((sum, { verdict }) => sum + verdict.sagas, 0)} sagas right` },
];

const SHARE: Column = {
  title: "share of floor",
  of: ({ rounds, floors }) => {
    const shares = rounds.map(({ sagasPerSecond }, at) => (100 * sagasPerSecond) / (floors[at] ?? Number.NaN));
    return `${spreadText(spreadOf(shares))} % of ${spreadText(spreadOf(floors))}`;
  },
};

/** Medians with the lowest and the highest of all rounds, as a table for a terminal. CPU is that of coordinator, participants and load together. */
export function resultTable(measured: readonly Measured[]): string {
  const columns = measured.some(({ floors }) => floors.length > 0) ? [...COLUMNS, SHARE] : COLUMNS;
  return tableOf([columns.map(({ title }) => title), ...measured.map((each) => columns.map(({ of }) => of(each)))]);
}

export function profileTable(layers: readonly LayerTime[]): string {
  return tableOf([["layer", "self time", "mostly in"], ...layers.map(({ layer, share, top }) => [layer, percent(share), top.join(", ")])]);
}

/** For `--json`: every round as it was, and the spreads that the table shows. */
export function summaryOf({ inFlight, rounds, floors }: Measured): object {
  const sagasPerSecond = spreadOf(rounds.map((round) => round.sagasPerSecond));
  return { inFlight, sagasPerSecond, rounds, ...(floors.length === 0 ? {} : { floors }) };
}

function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
