import { resolve } from "node:path";
import {
  type FieldsOfEvent,
  fieldsOfEvents,
  formatProblem,
  type Problem,
  repeatedSagas,
  type SagaInFile,
} from "@troupe/saga-coordinator/core";
import { parse } from "../compose/run-main.ts";
import { asJson, fileCommand, print, readableEvents, readDefinitionFile, sagasBeside, say } from "./definition-file.ts";

/** A file that is named twice is one file. */
function distinct(files: readonly string[]): readonly string[] {
  return [...new Map(files.map((file) => [resolve(file), file] as const).reverse()).values()].reverse();
}

type CheckOptions = { readonly schemas: string; readonly json: boolean; readonly fields: boolean };

/** `troupe check`: 0 without errors, 1 with, 2 when a file or the contracts can't be read. Warnings alone are no failure. */
export async function checkCommand(args: readonly string[]): Promise<number> {
  const command = fileCommand("check", {
    files: "<file...>",
    description:
      "Checks saga definitions against the grammar, the rules and the event schemas. Every problem is a line\n`file:line:column code message`. Exit code 0 without errors, 1 with, 2 when a file or the contracts can't be read.",
  }).option("--fields", "also list the event fields that each definition reads", false);
  if (!(await parse(command, args))) return 0;
  const options = command.opts<CheckOptions>();
  const events = await readableEvents(options.schemas);
  if (events === undefined) return 2;
  const files = distinct(command.args);
  const sagas = sagasBeside(command.args);
  const problems: Problem[] = [];
  const inFiles: SagaInFile[] = [];
  let unreadable = 0;
  for (const file of files) {
    const read = readDefinitionFile(file, { events, sagas });
    if (read.kind === "unreadable") {
      say(`${file} can't be read: ${read.reason}`);
      unreadable += 1;
      continue;
    }
    problems.push(...read.problems);
    inFiles.push({ file, saga: read.definition?.saga });
    if (options.fields && !options.json && read.definition !== undefined) {
      printFields(`${file}: ${read.definition.saga}`, fieldsOfEvents(read.definition, { events }));
    }
  }
  problems.push(...repeatedSagas(inFiles));
  report(problems, { files: files.length, json: options.json });
  return unreadable > 0 ? 2 : problems.some(({ severity }) => severity === "error") ? 1 : 0;
}

function report(problems: readonly Problem[], { files, json }: { readonly files: number; readonly json: boolean }): void {
  if (json) {
    print(JSON.stringify(asJson(problems), null, 2));
    return;
  }
  const errors = problems.filter(({ severity }) => severity === "error");
  const warnings = problems.filter(({ severity }) => severity === "warning");
  for (const error of errors) print(formatProblem(error));
  if (warnings.length > 0) print("warnings:");
  for (const warning of warnings) print(formatProblem(warning));
  say(`${count(errors.length, "error")}, ${count(warnings.length, "warning")} in ${count(files, "file")}`);
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;

function printFields(who: string, reads: readonly FieldsOfEvent[]): void {
  print(`${who} reads`);
  for (const { event, fields } of reads) print(`  ${event}: ${fields.includes("*") ? "every field" : fields.join(", ")}`);
}
