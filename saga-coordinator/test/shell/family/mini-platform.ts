import type { Applied, DocumentFold } from "@troupe/engine";
import { documentId, type EventFact, type Fact, type JsonObject, type Payload, parseDocumentId } from "@troupe/kernel";
import type { CompiledDefinition } from "../../../src/core/index.ts";
import { aliasFold } from "../../../src/shell/alias-fold.ts";
import type { Definitions } from "../../../src/shell/definitions.ts";
import { sagaFold } from "../../../src/shell/saga-fold.ts";
import { scheduleDocument, scheduleFold } from "../../../src/shell/schedule-fold.ts";
import { ids } from "../support/releases.ts";

export type Document = Omit<Applied, "emit" | "history"> & {
  readonly id: string;
  readonly inbox: ReadonlySet<string>;
  readonly history: readonly { readonly at: number; readonly entry: JsonObject }[];
};
export type Said = { readonly name: string; readonly payload: Payload; readonly about?: Partial<EventFact["envelope"]> };

/**
 * The coordinator's real folds on a bus and a store that are maps: whoever drives it decides which topic is read next, what
 * is read twice, and when time passes. Order holds within a topic and nowhere else.
 */
export class MiniPlatform {
  now = Date.UTC(2026, 0, 1);
  readonly topics = new Map<string, EventFact[]>();
  readonly said: EventFact[] = [];
  readonly notices: string[] = [];
  readonly #definitions: readonly CompiledDefinition[];
  readonly #folds: readonly DocumentFold[];
  readonly #documents = new Map<string, Document>();

  constructor(definitions: readonly CompiledDefinition[]) {
    this.#definitions = definitions;
    const byLabel = new Map(definitions.map((definition) => [definition.label, definition]));
    const all: Definitions = {
      active: definitions,
      all: definitions,
      wants: new Set(definitions.flatMap(({ wants }) => [...wants])),
      changed: new Set(),
      pinned: (label) => byLabel.get(label) as CompiledDefinition, // only its own labels are stored
    };
    this.#folds = [sagaFold(all), aliasFold(all, ids), scheduleFold(all, ids)];
  }

  /** Plans the schedules. */
  activate(): void {
    const [, , schedules] = this.#folds;
    for (const { name, cron } of this.#definitions) {
      const act = { kind: "act", identity: `activate-${name}`, name: "activate", data: {} } as const;
      if (cron !== undefined && schedules !== undefined) this.#fold(schedules, scheduleDocument("default", name), act);
    }
  }

  documentsOf(owner: string): readonly Document[] {
    return [...this.#documents].flatMap(([key, document]) => (key.startsWith(`${owner}|`) ? [document] : []));
  }

  sagaDocument(definition: string, key: string): Document | undefined {
    return this.#documents.get(`saga-coordinator|${documentId({ tenant: "default", definition, key })}`);
  }

  /** Puts an event on its topic: each service has one, and so have the lives of sagas and what documents ask of each other. */
  say({ name, payload, about = {} }: Said, topic = topicOf(name)): void {
    const id = about.id ?? `said-${this.said.length}`;
    const source = about.source ?? "/participants";
    const identity = ids.identity({ tenant: "default", source, id });
    const envelope = { source, type: name, time: this.now, tenant: "default", ...about, id };
    const fact: EventFact = { kind: "event", identity, name, envelope, payload, origin: { topic, partition: 0, offset: 0 } };
    this.topics.set(topic, [...(this.topics.get(topic) ?? []), fact]);
    this.said.push(fact);
  }

  /** Reads the next record of a topic; `again`: it stays, as after a crash before its offset. */
  read(topic: string, { again }: { readonly again: boolean }): void {
    const [next, ...rest] = this.topics.get(topic) ?? [];
    if (next === undefined) return;
    if (!again) this.topics.set(topic, rest);
    for (const fold of this.#folds) if (fold.wants.has(next.name)) for (const id of fold.route(next)) this.#fold(fold, id, next);
  }

  get pending(): readonly string[] {
    return [...this.topics].flatMap(([topic, records]) => (records.length > 0 ? [topic] : []));
  }

  /** Time passes; timers go off when they are due, one document after the other. */
  pass(millis: number): void {
    const end = this.now + millis;
    for (let due = this.#earliest(end); due !== undefined; due = this.#earliest(end)) {
      this.now = Math.max(this.now, due.at);
      const [timer] = due.fold.due({ ...due.document, id: due.document.id }, this.now);
      if (timer === undefined) throw new Error(`${due.document.id} is due and has no timer`);
      this.#fold(due.fold, due.document.id, timer);
    }
    this.now = end;
  }

  #earliest(end: number): { readonly at: number; readonly fold: DocumentFold; readonly document: Document } | undefined {
    const all = this.#folds.flatMap((fold) =>
      this.documentsOf(fold.owner).flatMap((document) =>
        document.dueAt !== null && document.dueAt <= end ? [{ at: document.dueAt, fold, document }] : [],
      ),
    );
    return all.sort((a, b) => a.at - b.at)[0];
  }

  #fold(fold: DocumentFold, id: string, fact: Fact): void {
    const key = `${fold.owner}|${id}`;
    const known = this.#documents.get(key);
    if (known?.inbox.has(fact.identity)) return;
    const applied = fold.apply(known, fact, { documentId: id, now: this.now, traceparent: undefined });
    if (applied === undefined) return;
    const { emit, history, ...rest } = applied;
    this.#documents.set(key, {
      ...rest,
      id,
      inbox: new Set([...(known?.inbox ?? []), fact.identity]),
      history: [...(known?.history ?? []), ...history.map((entry) => ({ at: this.now, entry }))],
    });
    for (const { text } of applied.notices ?? []) this.notices.push(text);
    const tenant = parseDocumentId(id)?.tenant ?? "default";
    for (const { name, payload, ...about } of emit) this.say({ name, payload, about: { ...about, source: fold.source, tenant } });
  }
}

const LIFE = /^(Saga|Step|UnexpectedEvent)/;
const CONTROL = /^(Alias|EventForwarded|SagaUndoRequested|SagaCancelRequested|SagaActRequested)/;

/** Requests and undos of one step share a topic with its answers; everything else has its own. */
function topicOf(name: string): string {
  if (CONTROL.test(name)) return "troupe.control";
  return LIFE.test(name) ? "troupe.sagas" : name;
}
