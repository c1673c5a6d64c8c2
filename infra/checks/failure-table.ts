/** One fault of docs/when-things-fail.md. */
export type Fault = {
  readonly title: string;
  /** Labels of its points that are there and say something. */
  readonly points: readonly string[];
  readonly tests: ReadonlyArray<{ readonly file: string; readonly name: string }>;
};

/** What every fault has to say, in this order. */
export const POINTS = ["Seen", "System", "Do", "Tests"];

const TEST = /^ +- `([^`]+)`: "(.+)"$/;

/** The faults under the heading `## By fault`, each with what its points are and the tests it names. */
export function faultsIn(page: string): readonly Fault[] {
  const [, from = ""] = page.split("\n## By fault\n");
  const [section = ""] = from.split("\n## ");
  return section
    .split("\n### ")
    .slice(1)
    .map((text) => {
      const [title = "", ...lines] = text.split("\n");
      const points = lines.flatMap((line) => /^- \*\*(\w+)\*\*:/.exec(line)?.[1] ?? []);
      const tests = lines.flatMap((line) => {
        const [, file, name] = TEST.exec(line) ?? [];
        return file === undefined || name === undefined ? [] : [{ file, name }];
      });
      return { title, points, tests };
    });
}

/** Whether a test file has a test of this name: its title, or the part of it that is not filled in. */
export const hasTest = (source: string, name: string): boolean => {
  const before = source.charAt(source.indexOf(name) - 1);
  return source.includes(name) && /["'`} ]/.test(before) && /\btest\(/.test(source);
};
