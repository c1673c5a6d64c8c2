import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorPage } from "./error-page.ts";
import { ROOT } from "./tree.ts";

/** `npm run generate`: writes everything that follows from something else; with `--check` it says what has drifted instead. */
const PAGE = join(ROOT, "docs", "errors.md");

function generateTypes(args: readonly string[]): boolean {
  const main = join(ROOT, "packages", "codec", "src", "generate", "main.ts");
  return spawnSync(process.execPath, [main, ...args], { cwd: ROOT, stdio: "inherit" }).status === 0;
}

function generatePage(check: boolean): boolean {
  const written = existsSync(PAGE) ? readFileSync(PAGE, "utf8") : "";
  if (written === errorPage()) return true;
  if (check) process.stderr.write("docs/errors.md differs from the error catalogue; run `npm run generate`.\n");
  else writeFileSync(PAGE, errorPage());
  return !check;
}

const args = process.argv.slice(2);
const outcomes = [generateTypes(args), generatePage(args.includes("--check"))];
process.exitCode = outcomes.every(Boolean) ? 0 : 1;
