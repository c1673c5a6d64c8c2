import { type BusRecord, type DeadLetter, TroupeError, type WriteOutcome } from "@troupe/kernel";
import type { FoldedDocument } from "./fold/folded-document.ts";
import { deadLetterOf, noteDeadLetter } from "./read/decode-inputs.ts";
import type { TickEnvironment } from "./tick-environment.ts";

/** What became of the documents of one round. */
export type Settled = {
  /** Not written: to be read and folded again. */
  readonly lost: ReadonlySet<string>;
  /** Why the store can't say whether something was written; undefined when it could. */
  readonly unknown: string | undefined;
  /** Records that no fold takes, to be made durable before the offsets move. */
  readonly letters: readonly DeadLetter[];
  /** Documents whose timers can't fire. */
  readonly held: readonly string[];
};

/** Takes over what was written: cache, spans, replies, reactions, dead letters. */
export function settleDocuments(
  folded: readonly FoldedDocument[],
  outcomeOf: ReadonlyMap<string, WriteOutcome>,
  environment: TickEnvironment,
): Settled {
  const { cache } = environment;
  const lost = new Set<string>();
  const letters: DeadLetter[] = [];
  const held: string[] = [];
  let unknown: string | undefined;
  const kept: FoldedDocument[] = [];
  for (const document of folded) {
    const outcome = outcomeOf.get(document.id) ?? { kind: "ok" };
    if (outcome.kind === "unknown") unknown = outcome.reason;
    if (outcome.kind === "conflict" || outcome.kind === "unknown") {
      cache.drop(document.id);
      for (const { span } of document.spans.work) span.discard();
      lost.add(document.id);
      continue;
    }
    kept.push(document);
    if (document.timerHeld || outcome.kind === "refused") held.push(document.id);
    if (outcome.kind === "refused") letters.push(...refused(document, outcome.reason, environment));
    else letters.push(...finish(document, environment));
  }
  count(kept, lost.size, environment);
  return { lost, unknown, letters, held };
}

function finish(document: FoldedDocument, environment: TickEnvironment): DeadLetter[] {
  const { ports, afterDurable, cache, bounds } = environment;
  bounds.took(document.parked);
  if (document.planned !== undefined) cache.set(document.id, document.planned.after);
  for (const { span, error } of document.spans.work) span.end(error);
  for (const produced of document.spans.produced) produced.end();
  for (const { waiter, reply } of document.replies) waiter.resolve(reply);
  const letters = document.failures.flatMap(({ item, error }) => {
    if (item.kind === "event") return [letterOf(item.record, error, environment)];
    if (item.kind === "fact") item.waiter.reject(error);
    else ports.log.error({ code: error.code, document: document.id }, `a timer is held: ${error.message}`);
    return [];
  });
  for (const { level, text, fields } of document.notices) ports.log[level](fields, text);
  if (document.runs.length > 0) afterDurable(document);
  return letters;
}

/** The store will never take this document: its events become dead letters, whoever waits is told, the alarm names it. */
function refused(document: FoldedDocument, reason: string, environment: TickEnvironment): DeadLetter[] {
  const error = new TroupeError("DOCUMENT_REFUSED", { document: document.id, reason });
  environment.cache.drop(document.id);
  environment.ports.log.error({ code: error.code, document: document.id }, error.message);
  for (const { span } of document.spans.work) span.end(error);
  return document.items.flatMap((item) => {
    if (item.kind === "fact") item.waiter.reject(error);
    return item.kind === "event" ? [letterOf(item.record, error, environment)] : [];
  });
}

function letterOf(record: BusRecord, { code, message: reason }: TroupeError, environment: TickEnvironment): DeadLetter {
  const { fold, ports } = environment;
  noteDeadLetter(record, { code, reason }, environment);
  return deadLetterOf({ record, group: fold.owner, code, reason, at: ports.clock.now() });
}

function count(kept: readonly FoldedDocument[], lost: number, { fold, ports }: TickEnvironment): void {
  const sum = (of: (document: FoldedDocument) => number): number => kept.reduce((total, document) => total + of(document), 0);
  const duplicates = sum((document) => document.duplicates);
  const applied = sum((document) => document.applied);
  const parked = sum((document) => document.parked.rows);
  const timersFired = sum((document) => document.timersFired);
  if (applied > 0) ports.metrics.records(fold.owner, "folded", applied);
  if (duplicates > 0) ports.metrics.records(fold.owner, "duplicate", duplicates);
  if (duplicates > 0) ports.metrics.duplicates(fold.owner, duplicates);
  if (parked > 0) ports.metrics.records(fold.owner, "parked", parked);
  if (lost > 0) ports.metrics.conflicts(fold.owner, lost);
  if (timersFired > 0) ports.metrics.timersFired(fold.owner, timersFired);
}
