import { dirname, posix } from "node:path";
import { importsOf } from "../imports.ts";
import { tokensOf } from "../tokens.ts";
import type { SourceFile } from "../tree.ts";

/**
 * Circles of relative imports, each once, as the files on it in order. Types count: a file that can't be understood
 * without the one that imports it is half a room.
 */
export function circlesIn(files: readonly SourceFile[]): readonly (readonly string[])[] {
  const graph = new Map(files.map((file) => [file.path, targetsOf(file)]));
  const circles = new Map<string, readonly string[]>();
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      const circle = trail.slice(at);
      circles.set([...circle].sort().join(" "), circle);
      return;
    }
    if (done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return [...circles.values()];
}

function targetsOf({ path, text }: SourceFile): readonly string[] {
  return importsOf(tokensOf(text)).flatMap(({ specifier }) => (specifier?.startsWith(".") ? [posix.join(dirname(path), specifier)] : []));
}
