import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { parseDefinition } from "../../src/reading/index.ts";
import type { Problem } from "../../src/core/definition/problems.ts";
import type { Definition } from "../../src/core/definition/types.ts";
import { corpusEvents } from "./events.ts";

/** A file with one mistake. `expects`: its first line, `# expects LINE:COLUMN code`, several with commas. */
export type Mistake = {
  readonly name: string;
  readonly expects: string;
  readonly problems: readonly Problem[];
  readonly definition: Definition | undefined;
};

/** Reads and checks the corpus. The sagas that it starts as sub-sagas are read first and held against each file. */
export function readCorpus(): readonly Mistake[] {
  const sagas = filesIn("sagas/").map(({ name, text }) => {
    const { definition, problems } = parseDefinition(text, { file: name, events: corpusEvents });
    assert.ok(definition, problems.map(({ message }) => message).join("; "));
    return definition;
  });
  return filesIn("golden/").map(({ name, text }) => ({
    name,
    expects: text.split("\n")[0] ?? "",
    ...parseDefinition(text, { file: name, events: corpusEvents, sagas }),
  }));
}

function filesIn(folder: string): readonly { readonly name: string; readonly text: string }[] {
  const url = new URL(folder, import.meta.url);
  const names = readdirSync(url).filter((name) => name.endsWith(".saga.yaml"));
  return names.sort().map((name) => ({ name, text: readFileSync(new URL(name, url), "utf8") }));
}
