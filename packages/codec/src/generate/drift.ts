import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GeneratedFiles } from "./write-types.ts";

/** Files of `directory` that differ from what would be written, are missing, or are left over. */
export function driftOf(directory: string, files: GeneratedFiles): readonly string[] {
  const present = existsSync(directory) ? readdirSync(directory) : [];
  const leftOver = present.filter((name) => !files.has(name));
  const differing = [...files].filter(([name, text]) => !present.includes(name) || readFileSync(join(directory, name), "utf8") !== text);
  return [...differing.map(([name]) => name), ...leftOver].sort();
}

/** Makes `directory` hold exactly `files`; untouched files keep their time, so builds stay incremental. Returns what changed. */
export function writeGenerated(directory: string, files: GeneratedFiles): readonly string[] {
  const changed = driftOf(directory, files);
  mkdirSync(directory, { recursive: true });
  for (const name of changed) {
    const text = files.get(name);
    if (text === undefined) rmSync(join(directory, name));
    else writeFileSync(join(directory, name), text);
  }
  return changed;
}
