import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorPage } from "./error-page.ts";
import { ROOT } from "./tree.ts";

/** `npm run generate`: writes everything that follows from something else; with `--check` it says what has drifted instead. */
const PAGES: readonly { readonly file: string; readonly source: string; readonly write: (now: string) => string }[] = [
  { file: "docs/errors.md", source: "the error catalogue", write: () => errorPage() },
  {
    file: "docs/definition-problems.md",
    source: "the corpus of mistakes",
    write: () => printedBy("saga-coordinator/test/corpus/print-problem-page.ts"),
  },
  { file: "sagas/saga.schema.json", source: "the grammar", write: () => printedBy("packages/cli/src/print-saga-schema.ts") },
  {
    file: "docs/configuration.md",
    source: "the settings table",
    write: (now) => between(now, "settings", printedBy("packages/cli/src/print-settings.ts")),
  },
];

/** What a program of another room prints: the rooms of the tree are not imported from here. */
function printedBy(main: string): string {
  return spawnSync(process.execPath, [join(ROOT, main)], { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).stdout;
}

const TYPES = join("packages", "codec", "src", "generate", "main.ts");
const DRAWINGS = join("packages", "cli", "src", "drawing", "main.ts");

function run(program: string, args: readonly string[]): boolean {
  const main = join(ROOT, program);
  return spawnSync(process.execPath, [main, ...args], { cwd: ROOT, stdio: "inherit" }).status === 0;
}

/** Replaces what stands between `<!-- name:begin -->` and `<!-- name:end -->`; the rest of the page is written by hand. */
function between(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) return `${page}\n${begin}\n${text}\n${end}\n`;
  return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`;
}

function generatePage({ file, source, write }: (typeof PAGES)[number], check: boolean): boolean {
  const path = join(ROOT, file);
  const written = existsSync(path) ? readFileSync(path, "utf8") : "";
  const wanted = write(written);
  if (written === wanted) return true;
  if (check) process.stderr.write(`${file} differs from ${source}; run \`npm run generate\`.\n`);
  else writeFileSync(path, wanted);
  return !check;
}

const args = process.argv.slice(2);
const check = args.includes("--check");
const outcomes = [run(TYPES, args), run(DRAWINGS, args), ...PAGES.map((page) => generatePage(page, check))];
process.exitCode = outcomes.every(Boolean) ? 0 : 1;
