import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..");
/** Made by tools or by a run: nothing in them was written by hand. */
const MADE = new Set(["node_modules", "dist", ".git", ".troupe"]);

export type SourceFile = { readonly path: string; readonly text: string };

/** Paths of all files of the tree that end so, relative to the root, with forward slashes, sorted. */
export function filesEnding(...endings: readonly string[]): readonly string[] {
  return walk(ROOT)
    .map((path) => relative(ROOT, path).split(sep).join("/"))
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .sort();
}

function walk(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (MADE.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}

export const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
export const sources = (): readonly SourceFile[] => filesEnding(".ts").map((path) => ({ path, text: read(path) }));
