import assert from "node:assert/strict";
import { dirname } from "node:path";
import { test } from "node:test";
import { filesEnding, read } from "./tree.ts";

const HARD_LIMIT = 400;
const LIMIT = 250;
const FOLDER_LIMIT = 12;

/** Files between the two limits, each with the reason why splitting it would make it worse. Keep it short: five at most. */
const LONG_FILES: { readonly [path: string]: string } = {};

/** Folders wider than twelve files: how wide they may be, and why a second level would make them worse. */
const WIDE_FOLDERS: { readonly [folder: string]: { readonly most: number; readonly reason: string } } = {
  "packages/kernel/src": { most: 21, reason: "the vocabulary: one file per word, read as a list" },
  "packages/engine/src": { most: 18, reason: "the loop: one file per arrow of the life of one record" },
  "packages/kafka/src": { most: 17, reason: "one port; its parts share one life cycle" },
  "packages/testing/src/contract": { most: 21, reason: "one file per group of cases of the three contract suites" },
};

const isExempt = (path: string): boolean => path.startsWith("schemas/generated/") || path.startsWith("packages/testing/src/contract/");
const handWritten = filesEnding(".ts", ".mjs").filter((path) => !isExempt(path));
const linesOf = (path: string): number => read(path).trimEnd().split("\n").length;

test("no file is longer than 400 lines, and one longer than 250 is listed with its reason", () => {
  const tooLong = handWritten
    .map((path) => ({ path, lines: linesOf(path) }))
    .filter(({ path, lines }) => lines > HARD_LIMIT || (lines > LIMIT && LONG_FILES[path] === undefined));
  assert.deepEqual(tooLong, []);
});

test("the list of long files is short and holds only files that are long", () => {
  const listed = Object.keys(LONG_FILES);
  assert.ok(listed.length <= 5, `${listed.length} files are listed; allowed are 5`);
  assert.deepEqual(
    listed.filter((path) => !handWritten.includes(path) || linesOf(path) <= LIMIT),
    [],
  );
});

test("a folder with more than twelve sources is listed with its reason", () => {
  const widths = new Map<string, number>();
  for (const path of filesEnding(".ts").filter((path) => path.includes("/src/"))) {
    widths.set(dirname(path), (widths.get(dirname(path)) ?? 0) + 1);
  }
  const tooWide = [...widths].filter(([folder, width]) => width > (WIDE_FOLDERS[folder]?.most ?? FOLDER_LIMIT));
  assert.deepEqual(tooWide, []);
});
