import { hasBytes, inOrder, REDRIVE_LIMIT, redrive, redrivesOf } from "@troupe/engine";
import type { DeadLetter, DeadLetterFilter } from "@troupe/kernel";
import { print } from "../commands/definition-file.ts";
import { parse, wholeNumber } from "../compose/run-main.ts";
import { counted, type Plan, printJson, printPlan, refuseUnknown, refuseUnspecific, sinceOption, timeText } from "./selection.ts";
import { type PlaceOptions, type Storage, storageCommand, withStorage } from "./storage.ts";

type Options = PlaceOptions & Omit<DeadLetterFilter, "id"> & { readonly json: boolean; readonly limit: number };
type ActOptions = Options & { readonly yes: boolean; readonly all: boolean; readonly force: boolean };

/** Letters that one act takes on at most; the rest by running it again. */
const MOST = 10_000;

function selecting(name: string) {
  return storageCommand(`dead-letters ${name}`)
    .option("--group <group>", "only of this consumer group")
    .option("--topic <topic>", "only records of this topic")
    .option("--code <code>", "only with this error code")
    .option("--key <key>", "only records with this key")
    .option("--since <when>", "only those put away since then: 30m, 2h, 7d ago, or a time", sinceOption(Date.now));
}

const filterOf = ({ group, topic, code, key, since }: Options): DeadLetterFilter =>
  JSON.parse(JSON.stringify({ group, topic, code, key, since })) as DeadLetterFilter; // leaves out what was not given

/** `troupe dead-letters list`: the latest first. */
export async function listDeadLetters(args: readonly string[]): Promise<number> {
  const command = selecting("list")
    .description("Lists records that no handler could take, the latest first.")
    .option("--limit <n>", "letters to show", wholeNumber("--limit", { min: 1, max: MOST }), 50);
  if (!(await parse(command, args))) return 0;
  const options = command.opts<Options>();
  return withStorage(options, async ({ store }) => {
    const letters = await store.deadLetters.list({ ...filterOf(options), limit: options.limit });
    if (options.json) printJson(letters);
    else {
      for (const letter of letters) print(lineOf(letter));
      print(`${counted(letters.length, "dead letter")} shown, ${await store.deadLetters.count()} in all`);
    }
    return 0;
  });
}

const lineOf = (letter: DeadLetter): string =>
  `${letter.id}  ${letter.code}  key ${letter.key ?? "(none)"}  ${timeText(letter.at)}${redriven(letter)}\n    ${letter.reason}`;
const redriven = (letter: DeadLetter): string => (redrivesOf(letter) === 0 ? "" : `  redriven ${counted(redrivesOf(letter), "time")}`);

/** `troupe dead-letters show ID`: all of one letter. */
export async function showDeadLetter(args: readonly string[]): Promise<number> {
  const command = storageCommand("dead-letters show")
    .argument("<id>", "id of the letter")
    .description("Shows one dead letter with its bytes.");
  if (!(await parse(command, args))) return 0;
  const { json, ...place } = command.opts<PlaceOptions & { readonly json: boolean }>();
  const [id = ""] = command.args;
  return withStorage(place, async (storage) => {
    const [letter] = await byIds([id], storage);
    if (letter === undefined) return 1;
    if (json) printJson(letter);
    else for (const line of storyOf(letter)) print(line);
    return 0;
  });
}

function storyOf(letter: DeadLetter): readonly string[] {
  const { id, group, topic, partition, offset, timestamp, key, value, headers, code, reason, at } = letter;
  return [
    id,
    `  ${code}: ${reason}`,
    `  refused by ${group} at ${timeText(at)}${redriven(letter)}`,
    `  record ${topic}/${partition}/${offset} of ${timeText(timestamp)}, key ${key ?? "(none)"}`,
    ...Object.entries(headers).map(([name, text]) => `  ${name}: ${text}`),
    value === null ? "  no value" : `  value in base64, ${Buffer.from(value, "base64").length} bytes: ${value}`,
  ];
}

/** Throws OPTION_INVALID for an id that is none. */
async function byIds(ids: readonly string[], { store }: Storage): Promise<readonly DeadLetter[]> {
  const found = await Promise.all(ids.map((id) => store.deadLetters.list({ id, limit: 1 })));
  const letters = found.flat();
  refuseUnknown(
    ids,
    letters.map(({ id }) => id),
    "dead-letters list",
  );
  return letters;
}

/** `troupe dead-letters redrive`: back onto their topics, for their groups alone, in order. */
export function redriveDeadLetters(args: readonly string[]): Promise<number> {
  return act(args, {
    verb: "redrive",
    description:
      "Puts the records of dead letters back onto their topics, in their order, for the group that refused them and nobody else.\nShows what it would do; --yes does it.",
    refusal: (letter) => {
      if (!hasBytes(letter)) return "its bytes were not kept, so only the place in the log is known";
      if (redrivesOf(letter) >= REDRIVE_LIMIT) return `it came back ${redrivesOf(letter)} times already; --force redrives it once more`;
      if (letter.code === "RECORD_TOO_OLD") return "it is older than what duplicates are remembered for; --force redrives it all the same";
      return undefined;
    },
    perform: (letters, { bus, store }) => redrive(letters, { bus, deadLetters: store.deadLetters }),
  });
}

/** `troupe dead-letters drop`: gone for good. */
export function dropDeadLetters(args: readonly string[]): Promise<number> {
  return act(args, {
    verb: "drop",
    description: "Removes dead letters for good. Shows what it would do; --yes does it.",
    refusal: () => undefined,
    perform: (letters, { store }) => store.deadLetters.remove(letters.map(({ id }) => id)),
  });
}

type Act = {
  readonly verb: string;
  readonly description: string;
  /** Why a letter is passed over without --force; one without bytes always. */
  readonly refusal: (letter: DeadLetter) => string | undefined;
  readonly perform: (letters: readonly DeadLetter[], storage: Storage) => Promise<void>;
};

async function act(args: readonly string[], { verb, description, refusal, perform }: Act): Promise<number> {
  const command = selecting(verb)
    .argument("[ids...]", "ids of letters")
    .description(description)
    .option("--all", "every letter that the filter leaves", false)
    .option("--force", "also what has come back too often", false)
    .option("--yes", "do it", false);
  if (!(await parse(command, args))) return 0;
  const options = command.opts<ActOptions>();
  const ids = command.args;
  refuseUnspecific(ids, filterOf(options), options.all);
  return withStorage(options, async (storage) => {
    const found = ids.length > 0 ? await byIds(ids, storage) : await storage.store.deadLetters.list({ ...filterOf(options), limit: MOST });
    const letters = inOrder(found);
    const passed = letters.flatMap((letter) => {
      const why = options.force && hasBytes(letter) ? undefined : refusal(letter);
      return why === undefined ? [] : [{ id: letter.id, why }];
    });
    const taken = letters.filter(({ id }) => !passed.some((other) => other.id === id));
    if (options.yes) await perform(taken, storage);
    const plan: Plan = { verb, done: taken.map(({ id }) => id), skipped: passed };
    printPlan(plan, { dry: !options.yes, json: options.json, what: "dead letter" });
    return 0;
  });
}
