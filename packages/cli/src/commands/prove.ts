import { DEFAULT_BOUNDS, type Proof, prove } from "@troupe/saga-coordinator/core";
import { parse, wholeNumber } from "../compose/run-main.ts";
import { asJson, fileCommand, ids, oneDefinition, print } from "./definition-file.ts";

type ProveOptions = {
  readonly schemas: string;
  readonly json: boolean;
  readonly states: number;
  readonly work: number;
  readonly surprises: number;
};

/** `troupe prove`: 0 when proved, 1 when refuted or when the bounds left too much out, 2 when the file can't be read. */
export async function proveCommand(args: readonly string[]): Promise<number> {
  const { states, work, surprises } = DEFAULT_BOUNDS;
  const command = fileCommand("prove", {
    files: "<file>",
    description:
      "Explores a definition around the real core: steps succeed, fail, stay silent, answer early, late or twice, undos likewise,\ndeadline and cancel come at any moment. Shows that every path ends well, or the shortest one that does not.",
  })
    .option("--states <n>", "situations to look at, at most", wholeNumber("--states", { min: 1, max: 10_000_000 }), states)
    .option(
      "--work <n>",
      "units of work, at most: what is tried, times the size of the definition",
      wholeNumber("--work", { min: 1, max: 1_000_000_000_000 }),
      work,
    )
    .option("--surprises <n>", "surprises on one path, at most", wholeNumber("--surprises", { min: 0, max: 100 }), surprises);
  if (!(await parse(command, args))) return 0;
  const options = command.opts<ProveOptions>();
  const [file = ""] = command.args;
  const read = await oneDefinition(file, options.schemas);
  if ("exitCode" in read) {
    const verdict = read.exitCode === 1 ? "faulty" : "unreadable";
    if (options.json) print(JSON.stringify({ file, verdict, problems: asJson(read.problems) }, null, 2));
    return read.exitCode;
  }
  const began = performance.now();
  const bounds = { states: options.states, work: options.work, surprises: options.surprises };
  const proof = prove(read.definition, { ids, events: read.events, sagas: read.sagas, bounds });
  const seconds = (performance.now() - began) / 1000;
  if (options.json) print(JSON.stringify({ ...proof, seconds: Number(seconds.toFixed(3)) }, null, 2));
  else for (const line of linesOf(proof, seconds)) print(line);
  return proof.verdict === "proved" ? 0 : 1;
}

function linesOf(
  { saga, verdict, sentence, states, transitions, endings, neverDone, cuts, counterExample }: Proof,
  seconds: number,
): readonly string[] {
  const { completed, compensated, stuck } = endings;
  return [
    `${saga}: ${verdict}: ${sentence}`,
    `${states} situations, ${transitions} steps between them, ${seconds.toFixed(1)} s; in ${completed} it was completed, in ${compensated} compensated, in ${stuck} stuck by rule`,
    ...(neverDone.length === 0 || verdict !== "proved" ? [] : [`never done on any path: ${neverDone.join(", ")}`]),
    ...cuts.map((cut) => `bounded: ${cut.sentence}`),
    ...(counterExample === undefined || counterExample.timeline.length === 0 ? [] : ["", "the shortest way there:"]),
    ...(counterExample?.timeline ?? []).flatMap(({ order, cause, changes }) => [
      `${String(order).padStart(3)}  ${cause}`,
      ...changes.map((change) => `       ${change}`),
    ]),
  ];
}
