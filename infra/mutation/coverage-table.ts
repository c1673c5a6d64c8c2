import type { FunctionCount } from "./coverage-record.ts";

export type Share = { readonly covered: number; readonly all: number };
export type Row = {
  readonly path: string;
  readonly branches: Share;
  readonly lines: Share;
  readonly functions: Share;
  readonly missed: readonly number[];
};

/** `text` is the source as a person reads it; type stripping keeps every offset. */
export function rowOf(path: string, text: string, functions: readonly FunctionCount[]): Row {
  const lines = linesOf(text);
  const blocks = functions.flatMap((each) => each.ranges).filter((block) => !NEVER.test(text.slice(block.start, block.end)));
  const named = functions.filter((each) => !each.isModule).map((each) => each.ranges[0]?.count ?? 0);
  const missed = blocks.filter((block) => block.count === 0).map((block) => lineAt(lines, block.start));
  const counts = lineCounts(lines, functions);
  return {
    path,
    branches: { covered: blocks.length - missed.length, all: blocks.length },
    lines: { covered: counts.filter((count) => count > 0).length, all: counts.length },
    functions: { covered: named.filter((count) => count > 0).length, all: named.length },
    missed: [...new Set(missed)].sort((a, b) => a - b),
  };
}

/** The last branch over a closed union, there for the compiler: it can't run. */
const NEVER = /^default:\s*(return )?[\w.]+ satisfies never;\s*$/;

type Line = { readonly start: number; readonly end: number; readonly blank: boolean };

function linesOf(text: string): readonly Line[] {
  let start = 0;
  return text.split("\n").map((line) => {
    const indent = line.length - line.trimStart().length;
    const found = { start: start + indent, end: start + line.length, blank: /^\s*(\/\/|\/?\*|$)/.test(line) };
    start += line.length + 1;
    return found;
  });
}

const lineAt = (lines: readonly Line[], offset: number): number => lines.findIndex((line) => line.end >= offset) + 1;

/** A line is missed when a block that did not run holds all of it. Blank lines and comments are no lines. */
function lineCounts(lines: readonly Line[], functions: readonly FunctionCount[]): readonly number[] {
  const missed = functions.flatMap((each) => each.ranges).filter((range) => range.count === 0);
  return lines
    .filter((line) => !line.blank)
    .map((line) => (missed.some((range) => range.start <= line.start && range.end >= line.end) ? 0 : 1));
}

export function sum(rows: readonly Row[], part: "branches" | "lines" | "functions"): Share {
  return rows.reduce((total, row) => ({ covered: total.covered + row[part].covered, all: total.all + row[part].all }), {
    covered: 0,
    all: 0,
  });
}

export const percent = ({ covered, all }: Share): number => (all === 0 ? 100 : (100 * covered) / all);
const shown = (share: Share): string => `${percent(share).toFixed(2)} % (${share.covered}/${share.all})`.padStart(22);

/** One line per file that misses something, then the total. */
export function tableOf(rows: readonly Row[]): readonly string[] {
  const line = (name: string, of: (part: "branches" | "lines" | "functions") => Share, rest: string): string =>
    `${name.padEnd(40)}${shown(of("branches"))}${shown(of("lines"))}${shown(of("functions"))}  ${rest}`.trimEnd();
  const head = `${"file".padEnd(40)}${"branches".padStart(22)}${"lines".padStart(22)}${"functions".padStart(22)}  lines of missed branches`;
  const incomplete = rows.filter((row) => row.missed.length > 0);
  return [
    head,
    ...incomplete.map((row) => line(row.path, (part) => row[part], row.missed.join(" "))),
    line(`all ${rows.length} files`, (part) => sum(rows, part), ""),
  ];
}
