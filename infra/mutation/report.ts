import type { Mutant } from "./mutants.ts";
import type { Outcome, Tried } from "./try-mutant.ts";

export type Result = { readonly mutant: Mutant; readonly tried: Tried };

const count = (results: readonly Result[], ...outcomes: readonly Outcome[]): number =>
  results.filter(({ tried }) => outcomes.includes(tried.outcome)).length;

/** Of all mutants that a test could find, how many of a hundred one found. */
export const scoreOf = (results: readonly Result[]): number =>
  results.length === 0 ? 100 : (100 * count(results, "killed", "late")) / results.length;

/** One line per file, then the total. */
export function tableOf(results: readonly Result[]): readonly string[] {
  const paths = [...new Set(results.map(({ mutant }) => mutant.path))].sort();
  const line = (name: string, of: readonly Result[]): string =>
    [
      name.padEnd(60),
      ...[of.length, count(of, "killed"), count(of, "late"), count(of, "survived"), count(of, "uncovered")].map((n) =>
        String(n).padStart(10),
      ),
      `${scoreOf(of).toFixed(1)} %`.padStart(9),
    ].join("");
  return [
    [
      "file".padEnd(60),
      ...["mutants", "killed", "late", "survived", "uncovered"].map((name) => name.padStart(10)),
      "score".padStart(9),
    ].join(""),
    ...paths.map((path) =>
      line(
        path,
        results.filter(({ mutant }) => mutant.path === path),
      ),
    ),
    line("all", results),
  ];
}

/** What no test noticed, so that a test can be written: place, operator, what became what. */
export function survivorsOf(results: readonly Result[]): readonly string[] {
  return results
    .filter(({ tried }) => tried.outcome === "survived" || tried.outcome === "uncovered")
    .sort((a, b) => (a.mutant.path === b.mutant.path ? a.mutant.line - b.mutant.line : a.mutant.path < b.mutant.path ? -1 : 1))
    .map(({ mutant, tried }) => `${mutant.path}:${mutant.line} ${mutant.operator} ${tried.outcome}: ${mutant.before} -> ${mutant.text}`);
}
