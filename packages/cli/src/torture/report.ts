import { cpus, release, totalmem, type } from "node:os";
import type { AuditReport } from "../audit/audit.ts";
import { FINDING_KINDS, type FindingKind } from "../audit/findings.ts";
import { KILL_POINTS, killsOf, type TortureRecord } from "./record.ts";

/** What a run has shown. `servers`: names and versions of what it ran on. */
export type TortureResult = {
  readonly record: TortureRecord;
  readonly audit: AuditReport;
  readonly accepted: number;
  readonly deadLetters: number;
  readonly sessionTimeoutMillis: number;
  readonly servers: string;
  /** Milliseconds from the last fault until everything was at rest; undefined when it never was. */
  readonly restMillis: number | undefined;
};

type Row = readonly [label: string, value: string | number];

/** All that a run asks for: nothing found, nothing refused, nothing unreadable, and everything at rest in the end. */
export function isSound({ audit, record, deadLetters, restMillis }: TortureResult): boolean {
  return audit.findings.length + audit.imbalances.length + record.refused.length + deadLetters === 0 && restMillis !== undefined;
}

/** The closing table, for people. */
export function tortureTable(result: TortureResult): string {
  const rows = rowsOf(result);
  const width = Math.max(...rows.map(([label]) => label.length));
  return [...rows.map(([label, value]) => `  ${label.padEnd(width)}   ${value}`), `  ${verdict(result)}`].join("\n");
}

/** The same as a page of docs/torture. */
export function torturePage(result: TortureResult, today: string): string {
  const { record, audit, servers, sessionTimeoutMillis } = result;
  const { target, seed, wanted } = record;
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu?.model.trim() || "processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}`;
  return [
    `# Torture on ${target}`,
    "",
    `\`npm run torture -- --on ${target} --kills ${wanted.kills} --zombies ${wanted.zombies} --seed ${seed}\`, ${today}.`,
    "",
    `Six processes: orders with the API, inventory, payments, shipping, and two coordinators, on ${servers}.`,
    `Machine: ${machine}. Session timeout ${sessionTimeoutMillis} ms. What is killed, stalled and audited: [torture](README.md).`,
    "",
    "| | |",
    "| --- | --- |",
    ...rowsOf(result).map(([label, value]) => `| ${label.trim()} | ${value} |`),
    "",
    verdict(result),
    ...listed(
      "Findings",
      audit.findings.map(({ kind, order, text }) => `${kind}, order ${order}: ${text}`),
    ),
    ...listed("Refused", record.refused),
    "",
  ].join("\n");
}

function rowsOf({ record, audit, accepted, deadLetters, restMillis }: TortureResult): readonly Row[] {
  const { kills, zombies, zombiesReplaced, stops, starts, millis, interruptions } = record;
  const points = KILL_POINTS.filter((point) => kills[point] > 0).map((point) => `${point} ${kills[point]}`);
  const found: { readonly [kind in FindingKind]: number } = {
    lost: audit.lost,
    doubled: audit.doubled,
    "out of order": audit.outOfOrder,
    unended: audit.unended,
  };
  return [
    ["processes killed", `${killsOf(record)} (${points.join(", ")})`],
    ["zombies", `${zombies} (of ${zombiesReplaced} another process had the partitions when they woke)`],
    ["processes stopped in peace / started", `${stops} / ${starts}`],
    ["orders accepted", accepted],
    ["orders seen by the auditor", audit.orders],
    ["sagas completed / compensated", `${audit.completed} / ${audit.compensated}`],
    ...FINDING_KINDS.map((kind): Row => [kind, found[kind]]),
    ["dead letters", deadLetters],
    ["records that repeat a message", audit.repeats],
    [
      "time",
      `${(millis / 1000).toFixed(0)} s${interruptions > 0 ? `, interrupted ${interruptions === 1 ? "once" : `${interruptions} times`}` : ""}`,
    ],
    ["at rest after the last fault", restMillis === undefined ? "never" : `${(restMillis / 1000).toFixed(1)} s`],
  ];
}

function verdict(result: TortureResult): string {
  if (isSound(result)) return "Nothing lost, nothing doubled, nothing out of order, nothing unended; the books balance.";
  const { audit, record, deadLetters, restMillis } = result;
  const faults = [
    ...(restMillis === undefined ? ["the platform did not come to rest"] : []),
    ...(audit.findings.length > 0 ? [`${audit.findings.length} findings`] : []),
    ...(record.refused.length > 0 ? [`${record.refused.length} orders refused`] : []),
    ...(deadLetters > 0 ? [`${deadLetters} dead letters`] : []),
    ...audit.imbalances,
  ];
  return `NOT SOUND: ${faults.join("; ")}.`;
}

function listed(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", `## ${title}`, "", ...lines.map((line) => `- ${line}`)];
}
