import {
  type Fact,
  type HistoryEntry,
  type Json,
  type OutboundRecord,
  parseDocumentId,
  reasonOf,
  type SearchKeys,
  type StoredDocument,
  type TimerFact,
  TroupeError,
} from "@troupe/kernel";
import { ATTRIBUTE, type ProducerSpan, type Span } from "@troupe/telemetry";
import type { Applied, Current, DocumentFold, Notice } from "../document-fold.ts";
import type { EngineLimits, EnginePorts } from "../engine-ports.ts";
import type { DueItem, EventItem, FactItem, Waiter, WorkItem } from "../work-item.ts";
import { encodeEmission } from "./encode-emission.ts";
import { type PlannedWrite, planWrite } from "./plan-write.ts";

/** Everything that folding one document's items decided. Nothing of it has happened yet. */
export type FoldedDocument = {
  readonly id: string;
  readonly items: readonly WorkItem[];
  /** Undefined when only duplicates or failures came: then nothing is written and nothing published. */
  readonly planned: PlannedWrite | undefined;
  readonly failures: readonly FailedItem[];
  readonly replies: readonly { readonly waiter: Waiter; readonly reply: Json }[];
  readonly runs: readonly Json[];
  readonly notices: readonly Notice[];
  /** Ended when all is durable; `work` spans are discarded when the fold lost its race, and take their producers with them. */
  readonly spans: { readonly work: readonly WorkSpan[]; readonly produced: readonly ProducerSpan[] };
  readonly duplicates: number;
  readonly applied: number;
  readonly timersFired: number;
  /** Its timers were to fire, and none did although it is due: it would be due again at once. */
  readonly timerHeld: boolean;
};
export type WorkSpan = { readonly span: Span; readonly error: TroupeError | undefined };
export type FailedItem = { readonly item: WorkItem; readonly error: TroupeError };

export type FoldEnvironment = { readonly fold: DocumentFold; readonly ports: EnginePorts; readonly limits: EngineLimits };

/** Folds a document's items in order. Pure but for spans and the random write stamp; safe to repeat after a lost race. */
export function foldDocument(
  id: string,
  { stored, items }: { readonly stored: StoredDocument | null; readonly items: readonly WorkItem[] },
  environment: FoldEnvironment,
): FoldedDocument {
  const folding = new Folding(id, stored, environment);
  for (const item of items) folding.take(item);
  return folding.result(items);
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
  readonly #work: WorkSpan[] = [];
  readonly #produced: ProducerSpan[] = [];
  #current: Current | undefined;
  #last: Applied | undefined;
  #search: SearchKeys | undefined;
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
    if (item.kind === "event") this.#takeEvent(item);
    else if (item.kind === "fact") this.#takeFact(item);
    else this.#takeDue(item);
  }

  #takeEvent(item: EventItem): void {
    const redelivered = this.#isDuplicate(item.fact.identity);
    const span = this.#environment.ports.tracing.consume(item.fact.origin, item.fact.envelope, { redelivered });
    if (redelivered) {
      this.#duplicates += 1;
      this.#work.push({ span, error: undefined });
    } else this.#tryApply(item, { fact: item.fact, span });
  }

  #takeFact(item: FactItem): void {
    const { fact, span, waiter } = item;
    if (this.#isDuplicate(fact.identity)) {
      this.#duplicates += 1;
      this.#work.push({ span, error: undefined });
    } else if (!this.#tryApply(item, { fact, span })) return;
    this.#replies.push({ waiter, reply: this.#environment.fold.reply?.(this.#current, fact) ?? null });
  }

  #takeDue(item: DueItem): void {
    for (const fact of this.#dueFacts(item)) {
      if (this.#isDuplicate(fact.identity) || !this.#isStillDue(fact, item)) continue;
      if (!this.#tryApply(item, { fact, span: this.#timerSpan(fact) })) return; // later timers of the document wait behind it
      this.#timersFired += 1;
    }
  }

  /** None, and a failure, where the document can't say: its definition may not be loaded here. */
  #dueFacts(item: DueItem): readonly TimerFact[] {
    if (this.#current === undefined) return [];
    const { fold } = this.#environment;
    try {
      return fold.due(this.#current, item.upTo);
    } catch (thrown) {
      const reason = { kind: "timer", name: "timers", identity: "", dueAt: item.dueAt } as const;
      this.#failures.push({ item, error: asTroupeError(thrown, { handler: fold.owner, fact: reason }) });
      return [];
    }
  }

  #timerSpan(fact: TimerFact): Span {
    const { fold, ports } = this.#environment;
    const traceparent = this.#current === undefined ? undefined : fold.traceparentOf(this.#current.state, fact);
    // Set by the last write or before: the trace that it would continue has been silent for that long.
    const waitedMillis = Math.max(0, this.#now - (this.#stored?.updatedAt ?? this.#now));
    return ports.tracing.timer({ name: fact.name, from: traceparent === undefined ? undefined : { traceparent }, waitedMillis });
  }

  /** A timer that fired before it in the same fold may have taken it away. */
  #isStillDue({ identity }: TimerFact, item: DueItem): boolean {
    return this.#timersFired === 0 || this.#dueFacts(item).some((fact) => fact.identity === identity);
  }

  #isDuplicate(identity: string): boolean {
    return this.#seen.has(identity) || (this.#stored !== null && Object.hasOwn(this.#stored.inbox, identity));
  }

  /** False when it threw: then nothing of the fact remains. */
  #tryApply(item: WorkItem, { fact, span }: { readonly fact: Fact; readonly span: Span }): boolean {
    try {
      this.#apply(fact, span);
      this.#work.push({ span, error: undefined });
      return true;
    } catch (thrown) {
      const error = asTroupeError(thrown, { handler: this.#environment.fold.owner, fact });
      this.#failures.push({ item, error });
      this.#work.push({ span, error });
      return false;
    }
  }

  #apply(fact: Fact, span: Span): void {
    const { fold, ports } = this.#environment;
    const name = parseDocumentId(this.#id);
    span.set({ [ATTRIBUTE.saga]: name?.definition, [ATTRIBUTE.sagaId]: name?.key });
    const applied = fold.apply(this.#current, fact, { documentId: this.#id, now: this.#now, traceparent: span.headers.traceparent });
    if (applied === undefined) return;
    const at = { documentId: this.#id, now: this.#now, fold, ports };
    const encoded = applied.emit.map((emission) => encodeEmission(emission, span, at)); // may refuse a payload, so before all else
    this.#seen.add(fact.identity);
    this.#current = { id: this.#id, definition: applied.definition, status: applied.status, state: applied.state };
    this.#last = applied;
    this.#search = applied.search ?? this.#search;
    for (const { record, produced } of encoded) {
      this.#records.push(record);
      this.#produced.push(produced);
    }
    const length = this.#stored?.historyLength ?? 0;
    for (const entry of applied.history) this.#history.push({ order: length + this.#history.length + 1, at: this.#now, entry });
    this.#runs.push(...(applied.run ?? []));
    this.#notices.push(...(applied.notices ?? []));
  }

  result(items: readonly WorkItem[]): FoldedDocument {
    return {
      id: this.#id,
      items,
      planned: this.#plan(),
      failures: this.#failures,
      replies: this.#replies,
      runs: this.#runs,
      notices: this.#notices,
      spans: { work: this.#work, produced: this.#produced },
      duplicates: this.#duplicates,
      applied: this.#seen.size,
      timersFired: this.#timersFired,
      timerHeld: this.#timersFired === 0 && items.some((item) => item.kind === "due" && this.#dueAt() <= item.upTo),
    };
  }

  #dueAt(): number {
    const dueAt = this.#last === undefined ? this.#stored?.dueAt : this.#last.dueAt;
    return dueAt ?? Number.POSITIVE_INFINITY;
  }

  #plan(): PlannedWrite | undefined {
    if (this.#last === undefined) return undefined;
    const { limits, ports } = this.#environment;
    const plan = { id: this.#id, stored: this.#stored, last: this.#last, search: this.#search, identities: [...this.#seen] };
    const written = { history: this.#history, records: this.#records, now: this.#now };
    const { random } = ports;
    return planWrite({ ...plan, ...written }, { staged: ports.work === undefined, horizonMillis: limits.horizonMillis, random });
  }
}

function asTroupeError(error: unknown, { handler, fact }: { handler: string; fact: Fact }): TroupeError {
  if (error instanceof TroupeError) return error;
  return new TroupeError("HANDLER_FAILED", { handler, event: fact.name, attempts: 1, reason: reasonOf(error) }, error);
}
