import { askParked, listParked, type ParkedDocumentOf, type ParkedFilter, RETRY_LIMIT } from "@troupe/engine";
import { type ParkedAsk, recordPlace } from "@troupe/kernel";
import { print } from "../commands/definition-file.ts";
import { parse, wholeNumber } from "../compose/run-main.ts";
import { counted, type Plan, printJson, printPlan, refuseUnknown, refuseUnspecific, sinceOption, timeText } from "./selection.ts";
import { type PlaceOptions, type Storage, storageCommand, withStorage } from "./storage.ts";

type Options = PlaceOptions & Omit<ParkedFilter, "document"> & { readonly json: boolean };
type ActOptions = Options & {
  readonly yes: boolean;
  readonly all: boolean;
  readonly force: boolean;
  readonly wait: number;
  readonly whole?: boolean;
};

function selecting(name: string) {
  return storageCommand(`parked ${name}`)
    .option("--owner <owner>", "only keys of this service, or of saga-coordinator")
    .option("--topic <topic>", "only keys that a record of this topic parked")
    .option("--code <code>", "only with this error code")
    .option("--key <key>", "only this key")
    .option("--since <when>", "only those parked since then: 30m, 2h, 7d ago, or a time", sinceOption(Date.now));
}

const filterOf = ({ owner, topic, code, key, since }: Options): ParkedFilter =>
  JSON.parse(JSON.stringify({ owner, topic, code, key, since })) as ParkedFilter; // leaves out what was not given

/** `troupe parked list`: the oldest first. */
export async function listParkedKeys(args: readonly string[]): Promise<number> {
  const command = selecting("list").description(
    "Lists keys whose records wait because the first of them can't be folded, the oldest first.",
  );
  if (!(await parse(command, args))) return 0;
  const options = command.opts<Options>();
  return withStorage(options, async ({ store }) => {
    const keys = await listParked(store, filterOf(options));
    if (options.json) printJson(keys);
    else {
      for (const { owner, id, parked } of keys) {
        const tries = parked.tries === 0 ? "" : `  retried ${counted(parked.tries, "time")} in vain`;
        print(
          `${id}  ${owner}  ${counted(parked.places.length, "record")}  since ${timeText(parked.since)}${tries}\n    ${parked.code}: ${parked.reason}`,
        );
      }
      print(counted(keys.length, "parked key"));
    }
    return 0;
  });
}

/** `troupe parked show ID`: one key with all that waits under it. */
export async function showParkedKey(args: readonly string[]): Promise<number> {
  const command = storageCommand("parked show")
    .argument("<id>", "id of the document")
    .description("Shows one parked key with the records that wait, in order.");
  if (!(await parse(command, args))) return 0;
  const { json, ...place } = command.opts<PlaceOptions & { readonly json: boolean }>();
  return withStorage(place, async (storage) => {
    const [key] = await byIds(command.args, storage);
    if (key === undefined) return 1;
    const rows = await storage.store.parked.load(key.owner, key.id);
    const records = key.parked.places.map((one) => rows.find((row) => recordPlace(row) === recordPlace(one)) ?? one);
    if (json) printJson({ ...key, records });
    else {
      const { parked } = key;
      print(`${key.id} of ${key.owner}, parked since ${timeText(parked.since)}\n  ${parked.code}: ${parked.reason}`);
      if (parked.timersAt !== null) print(`  its timers are held; the next was due at ${timeText(parked.timersAt)}`);
      for (const record of records)
        print(`  ${recordPlace(record)}  ${"headers" in record ? (record.headers["ce_type"] ?? "") : "its bytes are missing"}`);
    }
    return 0;
  });
}

/** Throws OPTION_INVALID for an id that is not parked. */
async function byIds(ids: readonly string[], { store }: Storage): Promise<readonly ParkedDocumentOf[]> {
  const all = await listParked(store, {});
  refuseUnknown(
    ids,
    all.map(({ id }) => id),
    "parked list",
  );
  return all.filter(({ id }) => ids.includes(id));
}

/** `troupe parked retry`: the records of a key are folded again, in order. */
export function retryParkedKeys(args: readonly string[]): Promise<number> {
  return act(args, {
    verb: "retry",
    description:
      "Has the records of parked keys folded again, in order, by the service that owns them. Shows what it would do; --yes does it.",
    askOf: () => ({ kind: "retry" }),
    refusal: ({ parked: { tries } }) =>
      tries < RETRY_LIMIT ? undefined : `it was retried ${counted(tries, "time")} in vain; --force retries it once more`,
  });
}

/** `troupe parked drop`: the record that can't be folded is given up, what waits behind it goes on. */
export function dropParkedRecords(args: readonly string[]): Promise<number> {
  return act(args, {
    verb: "drop",
    description:
      "Gives up the record that parks a key, or with --whole all that wait; what remains is folded in order by the service that\nowns it. Shows what it would do; --yes does it.",
    askOf: ({ parked: { places } }, whole) => ({ kind: "drop", places: (whole ? places : places.slice(0, 1)).map(recordPlace) }),
    refusal: () => undefined,
  });
}

type Act = {
  readonly verb: "retry" | "drop";
  readonly description: string;
  readonly askOf: (key: ParkedDocumentOf, whole: boolean) => ParkedAsk;
  readonly refusal: (key: ParkedDocumentOf) => string | undefined;
};

async function act(args: readonly string[], { verb, description, askOf, refusal }: Act): Promise<number> {
  const command = selecting(verb)
    .argument("[ids...]", "ids of documents")
    .description(description)
    .option("--all", "every key that the filter leaves", false)
    .option("--force", "also what was retried too often", false)
    .option("--wait <seconds>", "how long to wait for what comes of it", wholeNumber("--wait", { min: 0, max: 3_600 }), 10)
    .option("--yes", "do it", false);
  if (verb === "drop") command.option("--whole", "give up every record of the key", false);
  if (!(await parse(command, args))) return 0;
  const options = command.opts<ActOptions>();
  refuseUnspecific(command.args, filterOf(options), options.all);
  return withStorage(options, async (storage) => {
    const keys = command.args.length > 0 ? await byIds(command.args, storage) : await listParked(storage.store, filterOf(options));
    const passed = keys.flatMap((key) => {
      const why = options.force ? undefined : refusal(key);
      return why === undefined ? [] : [{ id: key.id, why }];
    });
    const taken = keys.filter(({ id }) => !passed.some((other) => other.id === id));
    const plan: Plan = { verb, done: taken.map(({ id }) => id), skipped: passed };
    if (options.yes) for (const key of taken) await askParked(key, askOf(key, options.whole === true), storage);
    printPlan(plan, { dry: !options.yes, json: options.json, what: "parked key" });
    return options.yes ? outcome(taken, options, storage) : 0;
  });
}

const LOOK_MILLIS = 100;

/** 0 when every key is free, 1 when some still fail or nobody has done it yet. */
async function outcome(keys: readonly ParkedDocumentOf[], { wait, json }: ActOptions, { store, clock }: Storage): Promise<number> {
  const ids = new Set(keys.map(({ id }) => id));
  const end = clock.now() + wait * 1_000;
  let left = (await listParked(store, {})).filter(({ id }) => ids.has(id));
  while (left.some(({ parked }) => parked.asked !== null) && clock.now() < end) {
    await clock.sleep(LOOK_MILLIS);
    left = (await listParked(store, {})).filter(({ id }) => ids.has(id));
  }
  if (json) return left.length === 0 ? 0 : 1; // the plan is the answer
  print(`${counted(keys.length - left.length, "key")} free`);
  for (const { id, owner, parked } of left) {
    print(parked.asked === null ? `${id} stays parked: ${parked.reason}` : `${id} waits: ${owner} does it when it runs`);
  }
  return left.length === 0 ? 0 : 1;
}
