import { ARCHIVED, type Fact, type Json, parseDocumentId, type StoredDocument, type TimerFact, type TroupeError } from "@troupe/kernel";
import { ATTRIBUTE, type Span } from "@troupe/telemetry";
import type { Applied, Current } from "../document-fold.ts";
import { foldParked, type ParkedDocument } from "../parking/fold-parked.ts";
import { ParkedQueue } from "../parking/parked-queue.ts";
import type { DueItem, EventItem, FactItem, Waiter, WorkItem } from "../work-item.ts";
import { Collected } from "./collected.ts";
import { encodeEmission } from "./encode-emission.ts";
import {
  asTroupeError,
  type FailedItem,
  type FoldEnvironment,
  type FoldedDocument,
  nothingFolded,
  type ToApply,
  type ToFold,
  type WorkSpan,
} from "./folded-document.ts";
import { requireHistoryRoom } from "./history-bound.ts";
import { type PlannedWrite, planWrite } from "./plan-write.ts";

/** Folds a document's items in order. Pure but for spans, room and the random write stamp; safe to repeat after a lost race. */
export function foldDocument(id: string, { stored, items, room }: ToFold, environment: FoldEnvironment): FoldedDocument {
  if (stored?.status === ARCHIVED) return nothingFolded(id, items);
  const folding = new Folding(id, { stored, room }, environment);
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
  readonly #collected: Collected;
  readonly #failures: FailedItem[] = [];
  readonly #replies: { waiter: Waiter; reply: Json }[] = [];
  readonly #work: WorkSpan[] = [];
  readonly #parking: ParkedQueue;
  /** Identities of parked records that an operator gave up: they must not be folded when they are delivered again. */
  readonly #dropped: string[] = [];
  #current: Current | undefined;
  #last: Applied | undefined;
  #duplicates = 0;
  #timersFired = 0;

  constructor(id: string, { stored, room }: Omit<ToFold, "items">, environment: FoldEnvironment) {
    const { fold, limits, ports } = environment;
    this.#id = id;
    this.#stored = stored;
    this.#environment = environment;
    this.#now = ports.clock.now();
    this.#collected = new Collected({ now: this.#now, historyLength: stored?.historyLength ?? 0 });
    this.#parking = new ParkedQueue(stored, { owner: fold.owner, documentId: id, now: this.#now, limits, room });
    const { definition = "", status = "", state = null } = stored ?? {};
    this.#current = state === null ? undefined : { id, definition, status, state }; // null: there only to be parked
  }

  take(item: WorkItem): void {
    if (item.kind === "event") this.#takeEvent(item);
    else if (item.kind === "fact") this.#takeFact(item);
    else this.#takeDue(item);
  }

  #takeEvent(item: EventItem): void {
    const { identity, origin, envelope } = item.fact;
    if (this.#beginsAgain(item)) return;
    const redelivered = this.#isDuplicate(identity) || this.#parking.holds(identity);
    const span = this.#environment.ports.tracing.consume(origin, envelope, { redelivered });
    if (!redelivered && this.#parking.key === undefined) return void this.#tryApply(item, { fact: item.fact, span });
    this.#work.push({ span, error: undefined });
    if (redelivered) this.#duplicates += 1;
    else this.#append(item);
  }

  /** A redriven record of an event that is folded: under an identity of its own, so that it begins once more and not twice. */
  #beginsAgain(item: EventItem): boolean {
    const { identity, origin, envelope } = item.fact;
    const again = `${identity}/${origin.redrives}`;
    if (origin.redrives === undefined || !this.#isDuplicate(identity)) return false;
    if (this.#isDuplicate(again) || this.#environment.fold.again === undefined) return false;
    const span = this.#environment.ports.tracing.consume(origin, envelope, { redelivered: true });
    return this.#tryApply(item, { fact: item.fact, span, again });
  }

  #append(item: EventItem): void {
    const error = this.#parking.append({ record: item.record, identity: item.fact.identity });
    if (error !== undefined) this.#failures.push({ item, error });
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
    const { key } = this.#parking;
    if (key !== undefined) return void foldParked(item, key, this.#asParked());
    for (const fact of this.#dueFacts(item)) {
      if (this.#isDuplicate(fact.identity) || !this.#isStillDue(fact, item)) continue;
      if (!this.#tryApply(item, { fact, span: this.#timerSpan(fact) })) return; // later timers of the document wait behind it
      this.#timersFired += 1;
    }
  }

  #asParked(): ParkedDocument {
    const { ports } = this.#environment;
    return {
      queue: this.#parking,
      apply: (fact) => {
        const redelivered = this.#isDuplicate(fact.identity);
        const span = ports.tracing.consume(fact.origin, fact.envelope, { redelivered });
        if (!redelivered) return this.#applied({ fact, span });
        this.#work.push({ span, error: undefined });
        return undefined;
      },
      giveUp: (identity) => void this.#dropped.push(identity),
    };
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

  /** False when it threw: then nothing of the fact remains, and its record is parked, or fails where it can't be. */
  #tryApply(item: WorkItem, { fact, span, again }: ToApply): boolean {
    const error = this.#applied({ fact, span, again });
    if (error === undefined) return true;
    const parks = item.kind === "event" && error.disposition !== "dead-letter";
    const parkable = parks && this.#parking.open({ record: item.record, identity: fact.identity }, { error, timersAt: this.#timersAt() });
    if (!parkable) this.#failures.push({ item, error });
    return false;
  }

  /** What it threw; undefined when the fact is applied. */
  #applied({ fact, span, again }: ToApply): TroupeError | undefined {
    let error: TroupeError | undefined;
    try {
      this.#apply(fact, { span, again });
    } catch (thrown) {
      error = asTroupeError(thrown, { handler: this.#environment.fold.owner, fact });
    }
    this.#work.push({ span, error });
    return error;
  }

  #apply(fact: Fact, { span, again }: Omit<ToApply, "fact">): void {
    const { fold, ports, limits } = this.#environment;
    const name = parseDocumentId(this.#id);
    span.set({ [ATTRIBUTE.saga]: name?.definition, [ATTRIBUTE.sagaId]: name?.key });
    const held = this.#collected.historyLength;
    requireHistoryRoom(fact, { held, limit: limits.historyEntries, current: this.#current, fold });
    const context = { documentId: this.#id, now: this.#now, traceparent: span.headers.traceparent };
    const isAgain = again !== undefined && fact.kind === "event";
    const applied = isAgain ? this.#current && fold.again?.(this.#current, fact, context) : fold.apply(this.#current, fact, context);
    if (applied === undefined) return;
    const at = { documentId: this.#id, now: this.#now, fold, ports };
    const encoded = applied.emit.map((emission) => encodeEmission(emission, span, at)); // may refuse a payload, so before all else
    this.#seen.add(again ?? fact.identity);
    this.#current = { id: this.#id, definition: applied.definition, status: applied.status, state: applied.state };
    this.#last = applied;
    this.#collected.add(applied, encoded);
  }

  result(items: readonly WorkItem[]): FoldedDocument {
    return {
      id: this.#id,
      items,
      planned: this.#plan(),
      failures: this.#failures,
      replies: this.#replies,
      runs: this.#collected.runs,
      notices: [...this.#collected.notices, ...this.#parking.notices],
      spans: { work: this.#work, produced: this.#collected.produced },
      duplicates: this.#duplicates,
      applied: this.#seen.size,
      timersFired: this.#timersFired,
      parked: this.#parking.taken,
      timerHeld: this.#timersFired === 0 && this.#isDueAgain(items),
    };
  }

  #isDueAgain(items: readonly WorkItem[]): boolean {
    const dueAt = this.#parking.dueAt(this.#timersAt());
    const progressed = this.#parking.changed;
    return dueAt !== null && !progressed && items.some((item) => item.kind === "due" && dueAt <= item.upTo);
  }

  /** When the document's own timers are due. */
  #timersAt(): number | null {
    const { parked, dueAt = null } = this.#stored ?? {};
    return this.#last === undefined ? (parked === undefined ? dueAt : parked.timersAt) : this.#last.dueAt;
  }

  #plan(): PlannedWrite | undefined {
    if (this.#last === undefined && !this.#parking.changed) return undefined;
    const { limits, ports } = this.#environment;
    const timersAt = this.#timersAt();
    const plan = {
      id: this.#id,
      stored: this.#stored,
      last: { ...(this.#current ?? this.#placeholder()), dueAt: this.#parking.dueAt(timersAt) },
      parked: this.#parking.stored(timersAt),
      parking: this.#parking.rows,
      search: this.#collected.search,
      identities: [...this.#seen, ...this.#dropped],
    };
    const written = { history: this.#collected.history, records: this.#collected.records, now: this.#now };
    const { random } = ports;
    return planWrite({ ...plan, ...written }, { staged: ports.work === undefined, horizonMillis: limits.horizonMillis, random });
  }

  /** A document whose first record is parked has nothing but that. */
  #placeholder(): Omit<Current, "id"> {
    const definition = parseDocumentId(this.#id)?.definition ?? this.#environment.fold.owner;
    return { definition, status: this.#parking.key === undefined ? "dropped" : "parked", state: null };
  }
}
