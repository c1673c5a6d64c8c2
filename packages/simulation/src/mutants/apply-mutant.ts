import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import type { Edit, Mutant } from "./list.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

/**
 * From here on this thread loads the changed text of the files that the mutant changes; sources on disk stay as they are.
 * Must be called before any of them is loaded. Loading throws when a text to be replaced is not there exactly once.
 */
export function applyMutant({ name, edits }: Mutant): void {
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context);
      const mine = url.startsWith("file:") ? edits.filter(({ file }) => fileURLToPath(url) === ROOT + file) : [];
      if (mine.length === 0) return loaded;
      const text = typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source as Uint8Array); // text or its bytes
      return { ...loaded, source: mine.reduce((source, edit) => changed(source, edit, name), text) };
    },
  });
}

/** Throws RangeError unless the text is there exactly once. */
export function changed(source: string, { file, find, replace }: Edit, mutant: string): string {
  const parts = source.split(find);
  if (parts.length !== 2) throw new RangeError(`mutant "${mutant}": ${file} has its text ${parts.length - 1} times, not once: ${find}`);
  return parts.join(replace);
}
