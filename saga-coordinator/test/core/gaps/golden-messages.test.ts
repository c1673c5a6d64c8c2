import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import type { Definition } from "../../../src/core/index.ts";
import { parseDefinition } from "../../../src/reading/index.ts";
import { corpusEvents } from "../../corpus/events.ts";
import { assertGolden, plainly } from "./golden.ts";

const CORPUS = new URL("../../corpus/", import.meta.url);
const SAGAS = new URL("../../../../sagas/", import.meta.url);
const yamlIn = (folder: URL): readonly URL[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".saga.yaml"))
    .sort()
    .map((name) => new URL(name, folder));
const read = (url: URL): string => readFileSync(url, "utf8");
const nameOf = (url: URL): string => url.pathname.split("/").at(-1) ?? "";

function childrenOfCorpus(): readonly Definition[] {
  return yamlIn(new URL("sagas/", CORPUS)).flatMap(
    (url) => parseDefinition(read(url), { file: nameOf(url), events: corpusEvents }).definition ?? [],
  );
}

test("what a mistake in a definition is called, word by word, changes only when somebody means it", () => {
  const sagas = childrenOfCorpus();
  const lines = yamlIn(new URL("golden/", CORPUS)).flatMap((url) => {
    const { problems } = parseDefinition(read(url), { file: nameOf(url), events: corpusEvents, sagas });
    return [
      nameOf(url),
      ...problems.map(({ line, column, severity, code, message }) => `  ${line}:${column} ${severity} ${code}: ${message}`),
    ];
  });
  assertGolden("messages.txt", lines);
});

test("what is read of a definition, with all its defaults, changes only when somebody means it", () => {
  const files = [...yamlIn(SAGAS), ...yamlIn(new URL("examples/", SAGAS)), ...yamlIn(new URL("sagas/", CORPUS))];
  const lines = files.flatMap((url) => {
    const { definition } = parseDefinition(read(url), { file: nameOf(url) });
    if (definition === undefined) return [nameOf(url), "  is refused"];
    const { steps, ...rest } = definition;
    return [nameOf(url), `  ${plainly(rest)}`, ...steps.map((step) => `  ${plainly(step)}`)];
  });
  assertGolden("definitions.txt", lines);
});
