import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createCodec, fileRegistry, loadSchemas, memorySettings } from "@troupe/codec";
import { createIds, type EventDescription, explain, type Ids, reasonOf } from "@troupe/kernel";
import { type Definition, formatProblem, type Problem } from "@troupe/saga-coordinator/core";
import { type ParsedDefinition, parseDefinition } from "@troupe/saga-coordinator/reading";
import { strictCommand } from "../compose/run-main.ts";

export const ids: Ids = createIds((data) => createHash("sha256").update(data).digest());

/** Every event of a folder of contracts. Rejects with SCHEMA_INVALID. */
export async function eventsIn(schemasDir: string): Promise<readonly EventDescription[]> {
  const schemas = loadSchemas(schemasDir);
  const registry = await fileRegistry({ schemas, storage: memorySettings() });
  return createCodec({ schemas, registry, ids }).events;
}

/** The same; undefined, and said why, when they can't be read: a command then ends with 2. */
export async function readableEvents(schemasDir: string): Promise<readonly EventDescription[] | undefined> {
  try {
    return await eventsIn(schemasDir);
  } catch (error) {
    say(explain(error));
    return undefined;
  }
}

/** A definition file as it was read and checked; `unreadable` when there is nothing to check. */
export type DefinitionFile = ({ readonly kind: "read" } & ParsedDefinition) | { readonly kind: "unreadable"; readonly reason: string };

export type Known = { readonly events: readonly EventDescription[]; readonly sagas: readonly Definition[] };

/** `sagas`: the other definitions that its sub-sagas may be. */
export function readDefinitionFile(file: string, known: Known): DefinitionFile {
  try {
    return { kind: "read", ...parseDefinition(readFileSync(file), { file, ...known }) };
  } catch (error) {
    return { kind: "unreadable", reason: reasonOf(error) };
  }
}

const ENDING = /\.saga\.(yaml|yml|json)$/;

/** Definitions beside the files: what a sub-saga may name. One that can't be read or has errors of its own is left out. */
export function sagasBeside(files: readonly string[]): readonly Definition[] {
  const folders = [...new Set(files.map((file) => dirname(file)))];
  const beside = folders.flatMap((folder) =>
    namesIn(folder)
      .filter((name) => ENDING.test(name))
      .map((name) => join(folder, name)),
  );
  return [...new Set([...beside, ...files.map((file) => join(file))])].flatMap((file) => {
    try {
      return parseDefinition(readFileSync(file), { file }).definition ?? [];
    } catch {
      return []; // it is reported where it is asked for
    }
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A command that works on definition files. */
export function fileCommand(name: string, { files, description }: { readonly files: string; readonly description: string }) {
  return strictCommand(`npm run troupe -- ${name}`)
    .argument(files, "definition files (*.saga.yaml, *.saga.json)")
    .description(description)
    .option("--schemas <dir>", "folder of event contracts", "schemas")
    .option("--json", "the same as JSON on stdout", false);
}

type Refused = { readonly exitCode: 1 | 2; readonly problems: readonly Problem[] };
const refused = (exitCode: 1 | 2, problems: readonly Problem[]): Refused => ({ exitCode, problems });

/** Problems as `--json` gives them. */
export function asJson(problems: readonly Problem[]): readonly Problem[] {
  return problems.map(({ file, line, column, severity, code, message }) => ({ file, line, column, severity, code, message }));
}

export const say = (line: string): void => void process.stderr.write(`${line}\n`);
export const print = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * One definition without errors, or the exit code that says why there is none: 2 when the file or the contracts can't be
 * read, 1 when it has errors, which are then named.
 */
export async function oneDefinition(file: string, schemasDir: string) {
  const events = await readableEvents(schemasDir);
  if (events === undefined) return refused(2, []);
  const known = { events, sagas: sagasBeside([file]) };
  const read = readDefinitionFile(file, known);
  if (read.kind === "unreadable") {
    say(`${file} can't be read: ${read.reason}`);
    return refused(2, []);
  }
  for (const problem of read.problems) say(formatProblem(problem));
  const { definition, problems } = read;
  return definition === undefined ? refused(1, problems) : ({ definition, ...known } as const);
}
