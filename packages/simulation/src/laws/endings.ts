import { documentId, type StoredDocument } from "@troupe/kernel";
import { type SagaState, stepOf } from "@troupe/saga-coordinator/core";
import { ALIASES, COORDINATOR, sagaOf } from "@troupe/saga-coordinator/shell";
import { bookOf } from "../stage/participants.ts";
import { BEHAVIOURS, behaviourOf } from "../stage/plans.ts";
import type { Start } from "../world/scenario.ts";
import type { Surroundings } from "../world/surroundings.ts";
import { Violation } from "../world/violation.ts";
import { booksOf } from "./books.ts";

/** A document that a record concerns. */
export type Target = { readonly owner: string; readonly id: string; readonly identity: string };

/** What the laws have noted down on the way. */
type Noted = { outsideKeys(effect: string): number; targetsOf(owner: string): readonly Target[] };

const ENDED: ReadonlySet<string> = new Set(["completed", "compensated", "stuck"]);

export function isEnded(world: Surroundings, start: Start): boolean {
  const document = world.owner(COORDINATOR).durable(start.document);
  return document !== null && ENDED.has(document.status);
}

/** What keeps a world from its end, for a person. */
export function openSagas(world: Surroundings): string {
  const lines = world.scenario.starts.filter((start) => !isEnded(world, start)).map((start) => describe(world, start));
  const documents = [...world.owners.values()].flatMap((owner) =>
    owner
      .find(({ unsentSince, dueAt }) => unsentSince !== null || dueAt !== null)
      .map(({ id, unsentSince, dueAt }) => `${owner.name} ${id} (unsent since ${unsentSince}, due at ${dueAt})`),
  );
  const lags = [...world.groups.values()].map(
    ({ name, committed, members }) => `${name} with ${members.length} members at ${JSON.stringify([...committed])}`,
  );
  return [...lines, ...documents, ...lags].join("; ");
}

function describe(world: Surroundings, start: Start): string {
  const document = world.owner(COORDINATOR).durable(start.document);
  return `${start.document} is ${document?.status ?? "not there"}`;
}

/** What must hold of a world that has come to its end. */
export function checkEnd(world: Surroundings, laws: Noted): void {
  for (const start of world.scenario.starts) {
    const id = start.document;
    const document = world.owner(COORDINATOR).durable(id);
    if (document === null) throw new Violation("I1", `${id} was promised to a client and is nowhere`);
    world.count(`saga ${document.status}`);
    checkEnding(world, { start, document, laws });
  }
  checkStuck(world);
  checkAliases(world, laws);
  checkBounds(world);
}

type Ended = { readonly start: Start; readonly document: StoredDocument; readonly laws: Noted };

function checkEnding(world: Surroundings, { start, document, laws }: Ended): void {
  const state = sagaOf(document.state);
  const definition = world.scenario.stage.definitions.pinned(document.definition);
  const cast = world.scenario.stage.sagas.find(({ name }) => name === start.saga);
  for (const step of definition.steps) {
    const service = cast?.steps.find(({ name }) => name === step.name)?.service ?? "alpha";
    const net = netEffect(world, start, { service, effect: `${start.saga}.${step.name}` });
    const { status } = stepOf(state, step.name);
    if (document.status === "compensated" && step.undo !== undefined && net !== 0) {
      throw new Violation("I4", `${document.id} is compensated, and ${step.name} (${status}) has a net effect of ${net}`);
    }
    if (document.status === "completed" && isFulfilled(state, step.name) && net !== 1) {
      throw new Violation("I4", `${document.id} is completed, and ${step.name} (${status}) has a net effect of ${net}`);
    }
    checkOutside(start, { step: step.name, keys: laws.outsideKeys(`${start.tenant} ${start.key} ${start.saga}.${step.name}`) });
  }
}

/** Done for good: neither given up nor undone. */
function isFulfilled(state: SagaState, step: string): boolean {
  const { status, givenUp } = stepOf(state, step);
  return status === "done" && givenUp === undefined;
}

function netEffect(
  world: Surroundings,
  { tenant, key }: Start,
  { service, effect }: { readonly service: string; readonly effect: string },
): number {
  const document = world.owner(service).durable(documentId({ tenant, definition: service, key }));
  if (document === null) return 0;
  const { done, undone } = bookOf(booksOf(document.state), effect);
  return done - undone;
}

/** A request that is repeated is done under the same key; only an explicit failure makes another. */
function checkOutside({ plan, saga, key }: Start, { step, keys }: { readonly step: string; readonly keys: number }): void {
  if (keys > 1 && behaviourOf(plan, step) !== BEHAVIOURS.refusesOnce) {
    throw new Violation("I3", `${saga} ${key}: ${step} was done outside under ${keys} keys`);
  }
}

/** An event that came by an alias reaches the saga that claimed it, however early it was. */
function checkAliases(world: Surroundings, laws: Noted): void {
  const forwarded = new Set(
    world.log
      .all(["troupe.control"])
      .flatMap(({ records }) => records.map((record) => record?.content))
      .filter((content) => content?.event.name === "EventForwarded")
      .map((content) => content?.payload["identity"]),
  );
  for (const { id, identity } of laws.targetsOf(ALIASES)) {
    const { alias } = (world.owner(ALIASES).durable(id)?.state ?? { alias: null }) as {
      readonly alias: { readonly owner: string | null } | null;
    }; // written by the alias fold
    if (typeof alias?.owner === "string" && !forwarded.has(identity)) {
      throw new Violation("I1", `an event that named ${id} was never forwarded to ${alias.owner}`);
    }
  }
}

/** Stuck is told on the bus, where alarms come from. */
function checkStuck(world: Surroundings): void {
  const told = new Set(
    world.log
      .all(["troupe.sagas"])
      .flatMap(({ records }) =>
        records.flatMap((record) => (record?.content?.event.name === "SagaStuck" ? [sagaTold(record.content.envelope)] : [])),
      ),
  );
  for (const { id, status } of world.owner(COORDINATOR).find(() => true)) {
    const [tenant, , key] = id.split("/");
    if (status === "stuck" && !told.has(`${tenant}/${key}`)) throw new Violation("I2", `${id} is stuck, and nobody was told`);
  }
}

const sagaTold = ({ tenant, correlationId }: { readonly tenant: string; readonly correlationId?: string }): string =>
  `${tenant}/${correlationId}`;

/** Nothing grows beyond what was said: outboxes are empty, and an inbox holds no more than was put on the bus. */
function checkBounds(world: Surroundings): void {
  const said = world.log.partitions.reduce((sum, { records }) => sum + records.length, 0);
  for (const owner of world.owners.values()) {
    for (const { id, outbox, inbox } of owner.find(() => true)) {
      const left = Object.keys(outbox).length;
      if (left > 0) throw new Violation("I12", `${id} has ${left} records in its outbox, and nothing is sent any more`);
      const known = Object.keys(inbox).length;
      if (known > said + 500) throw new Violation("I12", `${id} remembers ${known} facts, and ${said} records were ever written`);
    }
  }
}
