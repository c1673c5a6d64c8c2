import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { reasonOf, TroupeError } from "@troupe/kernel";
import type { DefinitionFile } from "@troupe/saga-coordinator";

const ENDING = /\.saga\.(yaml|yml|json)$/;

/** Every saga definition of a folder, by name. Throws DEFINITION_INVALID when there is none or the folder can't be read. */
export function readDefinitions(folder: string): readonly DefinitionFile[] {
  const refuse = (reason: string) => new TroupeError("DEFINITION_INVALID", { file: folder, line: 1, column: 1, reason });
  try {
    const names = readdirSync(folder).filter((name) => ENDING.test(name));
    if (names.length === 0) throw refuse("holds no definition; a file ending in .saga.yaml is needed");
    return names.sort().map((name) => ({ file: join(folder, name), text: readFileSync(join(folder, name), "utf8") }));
  } catch (error) {
    throw error instanceof TroupeError ? error : refuse(`can't be read: ${reasonOf(error)}`);
  }
}
