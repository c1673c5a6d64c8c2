import type { AuditReport } from "../audit/audit.ts";
import type { Target } from "../config.ts";

/** The one JSON line of `--json`. Money as decimal text. */
export function jsonLine(target: Target, report: AuditReport, seconds: number): string {
  const { orders, completed, compensated, stuck, open, lost, doubled, books } = report;
  const { reserved, released, captured, refunded, shipped } = books;
  return JSON.stringify({
    target,
    orders,
    completed,
    compensated,
    stuck,
    open,
    lost,
    doubled,
    books: { reserved, released, captured, refunded, shipped },
    seconds: Number(seconds.toFixed(1)),
  });
}

/** All that `--exit` asks for: every saga ended, nothing lost or doubled, the books balance. */
export function isClean({ stuck, open, lost, doubled, imbalances }: AuditReport): boolean {
  return stuck === 0 && open === 0 && lost === 0 && doubled === 0 && imbalances.length === 0;
}

/** The closing table, for people. */
export function closingTable(target: Target, report: AuditReport, seconds: number): string {
  const { books } = report;
  const rows: [string, string | number][] = [
    ["orders accepted", report.orders],
    ["completed", report.completed],
    ["compensated", report.compensated],
    ...Object.entries(report.causes)
      .sort(([, a], [, b]) => b - a)
      .map(([cause, count]): [string, number] => [`  ${cause}`, count]),
    ["stuck", report.stuck],
    ["still open", report.open],
    ...(report.unstarted === 0 ? [] : [["events without a start", report.unstarted] satisfies [string, number]]),
    ["lost", report.lost],
    ["done twice", report.doubled],
    ["units reserved / released", `${books.reserved} / ${books.released}`],
    ["money captured / refunded", `${books.captured} / ${books.refunded}`],
    ["parcels shipped", books.shipped],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, value]) => `  ${label.padEnd(width)}   ${String(value).padStart(8)}`);
  return [`${report.orders} orders on ${target} in ${seconds.toFixed(1)} s`, ...lines, `  ${verdict(report)}`].join("\n");
}

function verdict({ open, imbalances }: AuditReport): string {
  if (open > 0) return `Not finished: ${open} sagas are still open, so the books can't balance yet.`;
  return imbalances.length === 0 ? "The books balance." : `The books do NOT balance: ${imbalances.join("; ")}.`;
}
