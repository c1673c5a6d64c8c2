import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { nearest, type StoredDocument, TroupeError } from "@troupe/kernel";
import { coordinatorRole } from "@troupe/saga-coordinator";
import { type Definition, nextDueAt, readState, type SagaState, sampleFields } from "@troupe/saga-coordinator/core";
import { parseDefinition } from "@troupe/saga-coordinator/reading";
import { type Role, serviceRole } from "@troupe/service-kit";
import { readLog } from "../audit/read-log.ts";
import { sagasBeside } from "../commands/definition-file.ts";
import type { Platform } from "../compose/open-platform.ts";
import { readDefinitions } from "../compose/read-definitions.ts";
import { ExampleLedger } from "./example-ledger.ts";
import { type JumpingClock, jumpingClock } from "./jumping-clock.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { createPeople } from "./people.ts";
import { chanceOf, standInFor } from "./stand-in.ts";

const ENDING = ".saga.yaml";

/** Throws OPTION_INVALID with the nearest name. */
export function exampleNamed(folder: string, name: string): string {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length));
  if (names.includes(name)) return join(folder, `${name}${ENDING}`);
  const near = nearest(name, names);
  throw new TroupeError("OPTION_INVALID", {
    option: "NAME",
    found: name,
    allowed: `${names.join(", ")}${near === undefined ? "" : ` (did you mean ${near}?)`}`,
  });
}

export type ExampleOptions = {
  readonly file: string;
  readonly folder: string;
  readonly count: number;
  readonly seed: number;
  readonly stopped: AbortSignal;
};

/** Runs sagas of one definition to their ends with stand-ins for everybody, days of waiting in no time, and audits the log. */
export async function runExample(platform: Platform, options: ExampleOptions): Promise<Outcome> {
  const { codec, ids, bus } = platform;
  const definition = definitionOf(options.file, platform);
  const clock = jumpingClock(platform.clock);
  const ports = (role: string) => ({ ...platform.ports(role), clock });
  const standIns = withChildren(definition, sagasBeside([options.file])).map((saga) =>
    standInFor({ definition: saga, codec, ids, seed: options.seed, refusals: 0.06 }),
  );
  const roles: readonly Role[] = [
    await coordinatorRole(ports("saga-coordinator"), { definitions: readDefinitions(options.folder) }),
    ...standIns.map((standIn) => serviceRole(standIn, ports(standIn.name))),
  ];
  for (const role of roles) await role.start();
  try {
    const run = ids.messageId("example.run", [clock.now(), platform.random.next()]);
    const sagaIds = Array.from({ length: options.count }, (_, at) => ids.messageId("example.saga", [definition.saga, run, at]));
    await bus.publish(startsOf(definition, { platform, seed: options.seed, sagaIds, now: clock.now() }));
    const sagas = await untilEnded(platform, {
      definition,
      clock,
      stopped: options.stopped,
      seed: options.seed,
      sagaIds: new Set(sagaIds),
    });
    const wants = new Set(standIns[0]?.publishes);
    const topics = [...new Set([...wants].map((name) => codec.describe(name).topic))];
    const ledger = await readLog({ bus, codec, group: `audit-${run}`, topics, ledger: new ExampleLedger(definition, wants) });
    return outcomeOf(definition, sagas, ledger);
  } finally {
    await Promise.allSettled(roles.map((role) => role.stop()));
  }
}

/** The definition and the sagas that it starts, directly or not. */
function withChildren(definition: Definition, sagas: readonly Definition[]): readonly Definition[] {
  const names = definition.steps.flatMap(({ child }) => (child === undefined ? [] : [child.saga]));
  return [definition, ...sagas.filter(({ saga }) => names.includes(saga)).flatMap((child) => withChildren(child, sagas))];
}

function definitionOf(file: string, { codec }: Platform): Definition {
  const { definition, problems } = parseDefinition(readFileSync(file), { file, events: codec.events, sagas: sagasBeside([file]) });
  if (definition !== undefined) return definition;
  const [first = { line: 1, column: 1, message: "it holds no definition" }] = problems;
  throw new TroupeError("DEFINITION_INVALID", { file, line: first.line, column: first.column, reason: first.message });
}

type Starting = { readonly platform: Platform; readonly seed: number; readonly sagaIds: readonly string[]; readonly now: number };

function startsOf({ start }: Definition, { platform: { codec, ids }, seed, sagaIds, now }: Starting) {
  const [answer] = start;
  if (answer === undefined) return [];
  const { types = [], correlateField = "" } = codec.describe(answer.on);
  return sagaIds.map((sagaId, at) => {
    const samples = sampleFields(types, { text: `sample-${at}`, uuid: sagaId, now });
    // Flags are thrown like coins, so that guards go both ways.
    const flags = types.filter(({ type }) => type.kind === "boolean").map(({ name }) => [name, chanceOf(ids, [seed, at, name]) < 0.5]);
    const envelope = {
      id: ids.messageId("example.start", [sagaId]),
      type: answer.on,
      source: "/examples",
      time: now,
      tenant: "default",
      correlationId: sagaId,
    };
    return codec.encode({ envelope, payload: { ...samples, ...Object.fromEntries(flags), [correlateField]: sagaId } });
  });
}

type Running = {
  readonly definition: Definition;
  readonly clock: JumpingClock;
  readonly stopped: AbortSignal;
  readonly seed: number;
  /** Of this run: a shared store may hold those of earlier ones. */
  readonly sagaIds: ReadonlySet<string>;
};

/** People answer, and when nothing moves any more but time would, time is put forward. */
async function untilEnded(platform: Platform, { definition, clock, stopped, seed, sagaIds }: Running): Promise<readonly SagaState[]> {
  const { bus, codec, ids } = platform;
  const people = createPeople({ definition, codec, ids, seed });
  let before = "";
  let quiet = 0;
  for (;;) {
    const sagas = (await sagasOf(platform, definition)).filter(({ id }) => sagaIds.has(id));
    const open = sagas.filter(({ status, stuck }) => status !== "completed" && status !== "compensated" && stuck === undefined);
    if (stopped.aborted || (sagas.length >= sagaIds.size && open.length === 0)) return sagas;
    const answers = people(sagas, clock.now());
    if (answers.length > 0) await bus.publish(answers);
    const now = sagas.map(({ id, order }) => `${id}${order}`).join();
    quiet = now === before && answers.length === 0 ? quiet + 1 : 0;
    before = now;
    const due = open.map(nextDueAt).filter((at) => at !== null);
    if (quiet >= 5 && due.length > 0) clock.jumpTo(Math.min(...due));
    await clock.sleep(150, stopped);
  }
}

async function sagasOf({ store }: Platform, { saga: definition }: Definition): Promise<readonly SagaState[]> {
  const documents = store.documents("saga-coordinator");
  const found: StoredDocument[] = [];
  let cursor: string | undefined;
  do {
    const page = await documents.query({ definition, limit: 500, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.documents);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return found.map(({ state }) => readState((state as { saga: Parameters<typeof readState>[0] }).saga)); // as saga-document.ts writes it
}
