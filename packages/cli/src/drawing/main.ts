import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { TroupeError } from "@troupe/kernel";
import { flowOf, mermaidOf } from "@troupe/saga-coordinator/core";
import { oneDefinition, say } from "../commands/definition-file.ts";
import { runMain } from "../compose/run-main.ts";
import { svgOf } from "./svg.ts";

const FOLDERS = ["sagas", join("sagas", "examples")];
const DRAWINGS = join("docs", "drawings");
const ENDING = ".saga.yaml";

/** `node packages/cli/src/drawing/main.ts [--check]`: draws every definition of the tree, or says which drawings have drifted. */
await runMain(async () => {
  const options = process.argv.slice(2);
  const unknown = options.find((option) => option !== "--check");
  if (unknown !== undefined) throw new TroupeError("OPTION_UNKNOWN", { option: unknown, allowed: "allowed is --check" });
  const wanted = await drawings();
  const stale = [...wanted].filter(([file, text]) => !existsSync(file) || readFileSync(file, "utf8") !== text);
  if (options.includes("--check")) {
    for (const [file] of stale) say(`${file} differs from its definition; run \`npm run generate\`.`);
    return stale.length === 0 ? 0 : 1;
  }
  mkdirSync(DRAWINGS, { recursive: true });
  for (const [file, text] of stale) writeFileSync(file, text);
  process.stdout.write(
    stale.length === 0 ? `${DRAWINGS} is up to date (${wanted.size} files)\n` : `wrote ${stale.map(([file]) => file).join(", ")}\n`,
  );
  return 0;
});

/** File to text: a Mermaid source and an image of each definition. */
async function drawings(): Promise<ReadonlyMap<string, string>> {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(ENDING))
      .map((name) => join(folder, name)),
  );
  const drawn = new Map<string, string>();
  for (const file of files) {
    const read = await oneDefinition(file, "schemas");
    if ("exitCode" in read)
      throw new TroupeError("DEFINITION_INVALID", { file, line: 1, column: 1, reason: "it has errors, so it can't be drawn" });
    const flow = flowOf(read.definition);
    const name = basename(file, ENDING);
    drawn.set(join(DRAWINGS, `${name}.mmd`), mermaidOf(flow));
    drawn.set(join(DRAWINGS, `${name}.svg`), svgOf(flow));
  }
  return drawn;
}
