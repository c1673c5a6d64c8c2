import type { DocumentFold } from "@troupe/engine";
import { type EventFact, recordPlace, type StoredDocument } from "@troupe/kernel";
import { ALIASES, COORDINATOR } from "@troupe/saga-coordinator/shell";
import type { Group } from "../ports/group.ts";
import type { SimulatedRecord } from "../ports/log.ts";
import type { Written } from "../ports/tables.ts";
import type { Surroundings } from "../world/surroundings.ts";
import { Violation } from "../world/violation.ts";
import { checkBooks } from "./books.ts";
import { checkEnd, isEnded, openSagas, type Target } from "./endings.ts";
import { SagaLaws } from "./saga-laws.ts";

/** What must hold of a world, asked after each step that could break it. */
export class Laws {
  readonly #world: Surroundings;
  readonly #folds: readonly DocumentFold[];
  readonly #sagas: SagaLaws;
  /** Documents that each record concerns, as the real folds say. */
  readonly #targets = new WeakMap<SimulatedRecord, readonly Target[]>();
  /** What was put on the bus for each document, in time order. */
  readonly #expected = new Map<string, SimulatedRecord[]>();
  /** Values of the records that durable writes have decided. */
  readonly #decided = new Set<string>();
  readonly #unpublished = new Set<string>();
  readonly #outside = new Map<string, Set<string>>();

  constructor(world: Surroundings) {
    this.#world = world;
    this.#folds = world.scenario.stage.folds;
    this.#sagas = new SagaLaws(world, (after, dueAt) => this.#onTimer(COORDINATOR, after, dueAt));
  }

  onWrite(written: Written): void {
    const { owner, before, after, write } = written;
    const version = before?.version ?? 0;
    if (after.version !== version + 1 || write.expected !== version) {
      throw new Violation("I8", `${owner.name} ${after.id} went from version ${version} to ${after.version}, guarded by ${write.expected}`);
    }
    this.#noteRare(written);
    if (before !== null && !foldsSomething(before, after)) {
      throw new Violation("I12", `${owner.name} ${after.id} was written at version ${after.version}, and nothing new was folded`);
    }
    if (this.#world.tracing) this.#world.tell(`  ${owner.name} ${after.id} is ${after.status}, version ${after.version}`);
    for (const { value } of Object.values(write.outbox)) if (value !== null) this.#decide(value);
    if (owner.name === COORDINATOR) this.#sagas.onWrite(written);
    else if (owner.name === "alpha" || owner.name === "beta") checkBooks(written);
  }

  #noteRare({ owner, before, after, write }: Written): void {
    const world = this.#world;
    if (before?.parked === undefined && after.parked !== undefined) world.count("parked key");
    if (write.body.dueAt !== null && owner.name === ALIASES) world.count("event waited for its alias");
    if (owner.name !== COORDINATOR || before?.status === after.status) return;
    if (after.status === "awaiting") world.count("event before its start");
    if (before?.status === "compensated") world.count("late success");
    if (before?.status === "stuck") world.count("unstuck");
  }

  decided(value: Uint8Array | null): void {
    if (value !== null) this.#decide(base64(value));
  }

  #decide(value: string): void {
    this.#decided.add(value);
    this.#unpublished.add(value);
  }

  onAppend(record: SimulatedRecord): void {
    const { content } = record;
    if (content === undefined) return;
    const { envelope, event } = content;
    if (record.value !== null) this.#unpublished.delete(base64(record.value));
    if (envelope.source !== "/client" && record.value !== null && !this.#decided.has(base64(record.value))) {
      throw new Violation(
        "I9",
        `${event.name} of ${envelope.tenant}/${envelope.correlationId} is on the bus, and no durable state decided it`,
      );
    }
    const targets = this.#route(record);
    this.#targets.set(record, targets);
    for (const { owner, id } of targets) this.#expect(`${owner} ${id}`, record);
  }

  #route({ content, topic, partition, offset }: SimulatedRecord): readonly Target[] {
    if (content === undefined) return [];
    const { event, envelope, payload, identity } = content;
    const fact: EventFact = { kind: "event", identity, name: event.name, envelope, payload, origin: { topic, partition, offset } };
    const targets: Target[] = [];
    for (const fold of this.#folds) {
      if (!fold.wants.has(event.name)) continue;
      for (const id of fold.route(fact)) {
        if (!id.startsWith(`${envelope.tenant}/`)) throw new Violation("I11", `${event.name} of ${envelope.tenant} concerns ${id}`);
        targets.push({ owner: fold.owner, id, identity });
      }
    }
    return targets;
  }

  /** Events on the bus that concern documents of this owner; claims are not among them. */
  targetsOf(owner: string): readonly Target[] {
    return [...this.#expected.values()].flatMap((records) =>
      records.flatMap((record) => {
        const isClaim = CLAIMS.has(record.content?.event.name ?? "");
        return isClaim ? [] : (this.#targets.get(record) ?? []).filter((target) => target.owner === owner);
      }),
    );
  }

  #expect(key: string, record: SimulatedRecord): void {
    const records = this.#expected.get(key);
    if (records === undefined) this.#expected.set(key, [record]);
    else records.push(record);
  }

  /** A committed offset means that everything before it is in a document or a dead letter. */
  onOffset(group: Group, { place, next }: { readonly place: string; readonly next: number }): void {
    const partition = this.#world.log.at(place);
    for (let offset = group.committed.get(place) ?? 0; offset < next; offset++) {
      const record = partition?.records[offset];
      if (record !== undefined && !this.isFolded(group.name, record)) {
        throw new Violation("I7", `${group.name} has committed ${place}@${next}, and ${offset} is in no document and no dead letter`);
      }
    }
  }

  /** Every document of this owner that the record concerns has it, or a dead letter does. */
  isFolded(owner: string, record: SimulatedRecord): boolean {
    if (record.content === undefined) {
      const reads = this.#folds.find((fold) => fold.owner === owner);
      return reads === undefined || this.#isBuried(owner, record);
    }
    const targets = this.#targets.get(record) ?? [];
    return targets.every((target) => target.owner !== owner || this.#has(target) || this.#isBuried(owner, record));
  }

  #has({ owner, id, identity }: Target): boolean {
    const document = this.#world.owner(owner).durable(id);
    if (document === null) return false;
    return Object.hasOwn(document.inbox, identity) || this.#isParked(document, { owner, id, identity });
  }

  /** The document names it, and its bytes are there. */
  #isParked({ parked }: StoredDocument, { owner, id, identity }: Target): boolean {
    const place = parked?.places.find((one) => one.identity === identity);
    return place !== undefined && this.#world.parked.has(owner, id, recordPlace(place));
  }

  #isBuried(owner: string, { topic, partition, offset }: SimulatedRecord): boolean {
    return this.#world.deadLetters.has(`${owner}/${topic}/${partition}/${offset}`);
  }

  /** A timer fires only when everything that was said to its document before it was due has been folded. */
  #onTimer(owner: string, after: StoredDocument, dueAt: number): void {
    const { now } = this.#world.scheduler;
    if (now < dueAt) throw new Violation("I10", `a timer of ${after.id} fired ${dueAt - now} ms early`);
    for (const record of this.#expected.get(`${owner} ${after.id}`) ?? []) {
      if (record.timestamp >= dueAt) return;
      const { content } = record;
      if (content === undefined || Object.hasOwn(after.inbox, content.identity) || this.#isBuried(owner, record)) continue;
      throw new Violation(
        "I10",
        `a timer of ${after.id} fired while ${content.event.name} waited, which was there ${dueAt - record.timestamp} ms before it was due`,
      );
    }
  }

  /** The outside world counts an effect once per key. */
  outside(effect: string, key: string): void {
    const keys = this.#outside.get(effect) ?? new Set();
    this.#outside.set(effect, keys.add(key));
    this.#world.tell(`  outside: ${effect} under ${key}`);
    if (keys.size > 1) this.#world.count("outside under two keys");
  }

  outsideKeys(effect: string): number {
    return this.#outside.get(effect)?.size ?? 0;
  }

  /** Nothing is under way that could still change something. */
  isQuiet(): boolean {
    const { scenario, majority, owners } = this.#world;
    if (majority.open > 0) return false;
    if (!scenario.starts.every((start) => isEnded(this.#world, start))) return false;
    if (!this.#folds.every((fold) => this.#isCaughtUp(fold))) return false;
    const isWaiting = ({ status, unsentSince, dueAt }: StoredDocument): boolean =>
      unsentSince !== null || (dueAt !== null && !MARKERS.has(status));
    return [...owners.values()].every((owner) => owner.find(isWaiting).length === 0);
  }

  /** The owner has committed everything that it reads. */
  #isCaughtUp({ owner }: DocumentFold): boolean {
    const { groups, log, scenario } = this.#world;
    const committed = groups.get(owner)?.committed;
    const topics = scenario.stage.topics.get(owner);
    return log.partitions.every(
      ({ topic, place, records }) => topics?.has(topic) !== true || (committed?.get(place) ?? 0) >= lastOf(records),
    );
  }

  openText(): string {
    return openSagas(this.#world);
  }

  atEnd(): void {
    if (this.#unpublished.size > 0) throw new Violation("I1", `${this.#unpublished.size} records that were decided never came to the bus`);
    this.#sagas.atEnd();
    checkEnd(this.#world, this);
  }
}

/** What sagas say of their aliases: all else that comes to an alias is for the saga that has it. */
const CLAIMS: ReadonlySet<string> = new Set(["AliasClaimed", "AliasReleased"]);

/** An alias that waits for nothing but the end of its marker, days from now. */
const MARKERS: ReadonlySet<string> = new Set(["released", "unclaimed"]);

/** A duplicate that is written would feed itself for ever. */
function foldsSomething(before: StoredDocument, after: StoredDocument): boolean {
  return (
    before.parked !== after.parked ||
    before.dueAt !== after.dueAt ||
    Object.keys(after.inbox).some((identity) => !Object.hasOwn(before.inbox, identity))
  );
}

/** Position after the last record that somebody can read. */
function lastOf(records: ReadonlyArray<SimulatedRecord | undefined>): number {
  let end = records.length;
  while (end > 0 && records[end - 1] === undefined) end -= 1;
  return end;
}

function base64(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
}
