import {
  type BusRecord,
  DEFAULT_TENANT,
  type DocumentWrite,
  type Fact,
  type HistoryEntry,
  type Json,
  type OutboundRecord,
  parseDocumentId,
  reasonOf,
  type StoredDocument,
  shardOf,
  TroupeError,
} from "@troupe/kernel";
import { ATTRIBUTE, type ProducerSpan, type Span } from "@troupe/telemetry";
import { base64 } from "./decode-inputs.ts";
import type { Applied, Current, DocumentFold, Emission, Notice } from "./document-fold.ts";
import type { EngineLimits, EnginePorts } from "./engine-ports.ts";
import { remember } from "./inbox.ts";
import type { Waiter, WorkItem } from "./work-item.ts";

/** Everything that folding one document's items decided. Nothing of it has happened yet. */
export type FoldedDocument = {
  readonly id: string;
  /** Undefined when only duplicates or failures came: then nothing is written and nothing published. */
  readonly planned: PlannedWrite | undefined;
  readonly failures: readonly FailedItem[];
  readonly replies: readonly { readonly waiter: Waiter; readonly reply: Json }[];
  readonly runs: readonly Json[];
  readonly notices: readonly Notice[];
  /** Ended when all is durable; `work` spans are discarded when the fold lost its race, and take their producers with them. */
  readonly spans: { readonly work: readonly Span[]; readonly produced: readonly ProducerSpan[] };
  readonly duplicates: number;
  readonly applied: number;
  readonly timersFired: number;
};
export type PlannedWrite = { readonly write: DocumentWrite; readonly records: readonly OutboundRecord[]; readonly after: StoredDocument };
export type FailedItem = { readonly item: WorkItem; readonly error: TroupeError };

export type FoldEnvironment = { readonly fold: DocumentFold; readonly ports: EnginePorts; readonly limits: EngineLimits };

/** Folds a document's items in order. Pure but for spans and the random write stamp; safe to repeat after a lost race. */
export function foldDocument(stored: StoredDocument | null, items: readonly WorkItem[], environment: FoldEnvironment): FoldedDocument {
  const id = items[0]?.documentId ?? "";
  const folding = new Folding(id, stored, environment);
  for (const item of items) folding.take(item);
  return folding.result();
}

/** The working memory of one fold: lives for one call of foldDocument. */
class Folding {
  readonly #id: string;
  readonly #stored: StoredDocument | null;
  readonly #environment: FoldEnvironment;
  readonly #now: number;
  readonly #seen = new Set<string>();
  readonly #history: HistoryEntry[] = [];
  readonly #records: OutboundRecord[] = [];
  readonly #failures: FailedItem[] = [];
  readonly #replies: { waiter: Waiter; reply: Json }[] = [];
  readonly #runs: Json[] = [];
  readonly #notices: Notice[] = [];
  readonly #work: Span[] = [];
  readonly #produced: ProducerSpan[] = [];
  #current: Current | undefined;
  #last: Applied | undefined;
  #duplicates = 0;
  #timersFired = 0;

  constructor(id: string, stored: StoredDocument | null, environment: FoldEnvironment) {
    this.#id = id;
    this.#stored = stored;
    this.#environment = environment;
    this.#now = environment.ports.clock.now();
    this.#current = stored === null ? undefined : { id, definition: stored.definition, status: stored.status, state: stored.state };
  }

  take(item: WorkItem): void {
    if (item.kind === "due") this.#takeDue(item);
    else this.#takeFact(item);
  }

  #takeFact(item: Exclude<WorkItem, { kind: "due" }>): void {
    this.#work.push(item.span);
    if (this.#isDuplicate(item.fact.identity)) {
      this.#duplicates += 1;
      if (item.kind === "fact") this.#replies.push({ waiter: item.waiter, reply: null });
      return;
    }
    try {
      const applied = this.#apply(item.fact, item.span);
      if (item.kind === "fact") this.#replies.push({ waiter: item.waiter, reply: applied.reply ?? null });
    } catch (error) {
      this.#failures.push({ item, error: asTroupeError(error, { handler: this.#environment.fold.owner, fact: item.fact }) });
    }
  }

  #takeDue(item: WorkItem): void {
    const { fold, ports } = this.#environment;
    if (this.#current === undefined) return;
    for (const fact of fold.due(this.#current, this.#now)) {
      if (this.#isDuplicate(fact.identity)) continue;
      const traceparent = fold.traceparentOf(this.#current.state);
      const from = traceparent === undefined ? undefined : { traceparent };
      const span = ports.tracing.timer({ name: fact.name, from, waitedMillis: Math.max(0, this.#now - fact.dueAt) });
      this.#work.push(span);
      try {
        this.#apply(fact, span);
        this.#timersFired += 1;
      } catch (error) {
        this.#failures.push({ item, error: asTroupeError(error, { handler: fold.owner, fact }) });
        return; // later timers of the document wait behind it
      }
    }
  }

  #isDuplicate(identity: string): boolean {
    return this.#seen.has(identity) || (this.#stored !== null && identity in this.#stored.inbox);
  }

  #apply(fact: Fact, span: Span): Applied {
    const { fold } = this.#environment;
    const name = parseDocumentId(this.#id);
    span.set({ [ATTRIBUTE.saga]: name?.definition, [ATTRIBUTE.sagaId]: name?.key });
    const applied = fold.apply(this.#current, fact, { documentId: this.#id, now: this.#now, traceparent: span.headers.traceparent });
    // Encoding may refuse a payload; then nothing of this fact may remain.
    const encoded = applied.emit.map((emission) => this.#encode(emission, span));
    this.#seen.add(fact.identity);
    this.#current = { id: this.#id, definition: applied.definition, status: applied.status, state: applied.state };
    this.#last = applied;
    for (const { record, produced } of encoded) {
      this.#records.push(record);
      this.#produced.push(produced);
    }
    for (const entry of applied.history) this.#history.push({ order: this.#historyLength() + 1, at: this.#now, entry });
    this.#runs.push(...(applied.run ?? []));
    this.#notices.push(...(applied.notices ?? []));
    return applied;
  }

  #encode(emission: Emission, span: Span): { record: OutboundRecord; produced: ProducerSpan } {
    const { fold, ports } = this.#environment;
    const event = ports.codec.describe(emission.name);
    const { id, correlationId, causationId, effect } = emission;
    const produced = span.produce({ id, type: event.fullName, correlationId, effect }, event.topic);
    const record = ports.codec.encode({
      envelope: {
        id,
        type: event.fullName,
        source: fold.source,
        time: this.#now,
        tenant: parseDocumentId(this.#id)?.tenant ?? DEFAULT_TENANT,
        ...(correlationId === undefined ? {} : { correlationId }),
        ...(causationId === undefined ? {} : { causationId }),
        ...(effect === undefined ? {} : { effect }),
        traceparent: produced.traceparent,
        ...(produced.tracestate === undefined ? {} : { tracestate: produced.tracestate }),
      },
      payload: emission.payload,
    });
    const bytes = record.value?.byteLength ?? 0;
    if (bytes > ports.bus.maxRecordBytes) {
      throw new TroupeError("RECORD_TOO_LARGE", { bytes, topic: record.topic, limit: ports.bus.maxRecordBytes });
    }
    return { record, produced };
  }

  #historyLength(): number {
    return (this.#stored?.historyLength ?? 0) + this.#history.length;
  }

  result(): FoldedDocument {
    return {
      id: this.#id,
      planned: this.#last === undefined ? undefined : this.#plan(this.#last),
      failures: this.#failures,
      replies: this.#replies,
      runs: this.#runs,
      notices: this.#notices,
      spans: { work: this.#work, produced: this.#produced },
      duplicates: this.#duplicates,
      applied: this.#seen.size,
      timersFired: this.#timersFired,
    };
  }

  #plan(last: Applied): PlannedWrite {
    const { limits, ports } = this.#environment;
    const stored = this.#stored;
    const body = {
      definition: last.definition,
      status: last.status,
      state: last.state,
      inbox: remember(stored?.inbox ?? {}, [...this.#seen], { now: this.#now, horizonMillis: limits.horizonMillis }),
      dueAt: last.dueAt,
      historyLength: this.#historyLength(),
      updatedAt: this.#now,
    };
    const expected = stored?.version ?? 0;
    const w = stampOf(ports.random);
    const shard = shardOf(parseDocumentId(this.#id)?.key ?? this.#id);
    const firstSeq = stored?.nextSeq ?? 1;
    const staged = ports.work === undefined;
    const outbox = staged ? Object.fromEntries(this.#records.map((record, at) => [String(firstSeq + at), outboxEntry(record)])) : {};
    const nextSeq = staged ? firstSeq + this.#records.length : firstSeq;
    const write = { id: this.#id, expected, w, shard, body, history: this.#history, outbox, nextSeq };
    const after = { ...body, id: this.#id, version: expected + 1, w, shard, outbox, nextSeq, unsentSince: null };
    return { write, records: this.#records, after };
  }
}

const outboxEntry = ({ topic, key, value, headers }: OutboundRecord) => ({
  topic,
  key,
  value: value === null ? null : base64(value),
  headers,
});

const stampOf = (random: { next(): number }): string => Math.floor(random.next() * 2 ** 48).toString(36);

function asTroupeError(error: unknown, { handler, fact }: { handler: string; fact: Fact }): TroupeError {
  if (error instanceof TroupeError) return error;
  return new TroupeError("HANDLER_FAILED", { handler, event: fact.name, attempts: 1, reason: reasonOf(error) }, error);
}

/** The record behind an item, where there is one. */
export function recordOf(item: WorkItem): BusRecord | undefined {
  return item.kind === "event" ? item.record : undefined;
}
