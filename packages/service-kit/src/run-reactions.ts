import type { EnginePorts, FoldedDocument, Processor } from "@troupe/engine";
import {
  type DeadLetter,
  type EventFact,
  type Json,
  type JsonObject,
  parseDocumentId,
  reasonOf,
  type TimestampMillis,
  TroupeError,
  toTaggedJson,
  type Uuid,
} from "@troupe/kernel";
import type { Span } from "@troupe/telemetry";
import type { EventMap, Incoming, Reaction, ServiceDefinition } from "./definition.ts";
import { type ParticipantState, type PendingReaction, readState, restoreEvent } from "./participant-state.ts";
import { type ReactionEnd, type ReactionRun, retryOf } from "./pending-reactions.ts";

/**
 * Runs asynchronous handlers whose `begun` is durable, and tells their documents how they ended. A crash anywhere in
 * here is mended by the document's timer, which runs the reaction again under the same idempotency key.
 */
export class ReactionRunner<Events extends EventMap, State extends Json> {
  readonly #definition: ServiceDefinition<Events, State>;
  readonly #ports: EnginePorts;
  readonly #processor: () => Processor;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: {
    readonly definition: ServiceDefinition<Events, State>;
    readonly ports: EnginePorts;
    readonly processor: () => Processor;
  }) {
    this.#definition = options.definition;
    this.#ports = options.ports;
    this.#processor = options.processor;
  }

  /** For each run that a durable write asked for. A run under way in this process is not started twice. */
  afterDurable(folded: FoldedDocument): void {
    const state = folded.planned === undefined ? undefined : readState(folded.planned.after.state);
    for (const run of folded.runs) {
      const { id } = run as unknown as ReactionRun; // pushed by pending-reactions.ts
      const pending = state?.pending[id];
      if (state === undefined || pending === undefined || this.#running.has(id)) continue;
      const running = this.#run({ documentId: folded.id, id, pending, state }).finally(() => this.#running.delete(id));
      this.#running.set(id, running);
    }
  }

  /** Aborts what runs and waits for it; unfinished reactions are run again by the next owner. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled(this.#running.values());
  }

  async #run(run: { documentId: string; id: string; pending: PendingReaction; state: ParticipantState }): Promise<void> {
    const { documentId, id, pending, state } = run;
    const reaction = this.#definition.reactions?.find(({ name }) => name === pending.reaction);
    if (reaction === undefined) return;
    const from = pending.trace === null ? undefined : { traceparent: pending.trace };
    const span = this.#ports.tracing.timer({ name: `reaction ${pending.reaction}`, from, waitedMillis: 0 });
    const fact = restoreEvent(pending.event);
    const end = await this.#attempt(reaction, { id, pending, fact, state });
    if (this.#stopping.signal.aborted && !end.ok) return span.discard();
    if (!end.ok && end.givenUp) await this.#bury(fact, { reaction: pending.reaction, attempts: pending.attempt, reason: end.reason });
    await this.#report(documentId, end, span);
  }

  async #attempt(
    reaction: Reaction<Events, State>,
    { id, pending, fact, state }: { id: string; pending: PendingReaction; fact: EventFact; state: ParticipantState },
  ): Promise<ReactionEnd> {
    const policy = retryOf(reaction);
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(policy.timeoutMillis)]);
    try {
      const event = { name: fact.name, payload: fact.payload, envelope: fact.envelope } as unknown as Incoming<Events, keyof Events>; // decoded by the schema that Events comes from
      const published = await raceAbort(
        reaction.handle(event as never, {
          state: state.entity as State, // written by this definition's evolve
          idempotencyKey: id,
          effect: pending.effectBefore,
          now: this.#ports.clock.now() as TimestampMillis, // the clock port's unit
          id: (label) => this.#createdId(fact, label),
          signal,
        }),
        signal,
        policy.timeoutMillis,
      );
      return { id, attempt: pending.attempt, ok: true, publish: published.map(storePublish) };
    } catch (error) {
      return { id, attempt: pending.attempt, ok: false, reason: reasonOf(error), givenUp: pending.attempt >= policy.attempts };
    }
  }

  #createdId({ envelope }: EventFact, label: string): Uuid {
    return this.#ports.ids.messageId("created", [envelope.tenant, this.#definition.name, label, envelope.source, envelope.id]) as Uuid; // messageId makes UUIDs
  }

  async #report(documentId: string, end: ReactionEnd, span: Span): Promise<void> {
    const identity = this.#ports.ids.identity({ tenant: documentId, source: "reaction", id: `${end.id}/${end.attempt}` });
    const data = end as unknown as JsonObject; // ReactionEnd holds Json only
    try {
      await this.#processor().submit(documentId, { kind: "act", identity, name: "reaction-ended", data }, span);
    } catch (error) {
      // The document still says `begun`: its timer runs the reaction again, under the same idempotency key.
      this.#ports.log.warn(
        { role: this.#definition.name, key: parseDocumentId(documentId)?.key },
        `the end of a reaction was not stored: ${reasonOf(error)}`,
      );
    }
  }

  /** The event as a dead letter, encoded again from what the document kept. */
  async #bury(fact: EventFact, { reaction, attempts, reason }: { reaction: string; attempts: number; reason: string }): Promise<void> {
    const error = new TroupeError("HANDLER_FAILED", {
      handler: `${this.#definition.name}/${reaction}`,
      event: fact.name,
      attempts,
      reason,
    });
    const record = this.#ports.codec.encode({ envelope: fact.envelope, payload: fact.payload });
    const letter: DeadLetter = {
      id: `${this.#definition.name}/${fact.origin.topic}/${fact.origin.partition}/${fact.origin.offset}`,
      group: this.#definition.name,
      ...fact.origin,
      timestamp: fact.envelope.time,
      key: record.key,
      value: record.value === null ? null : Buffer.from(record.value).toString("base64"),
      headers: record.headers,
      code: error.code,
      reason: error.message,
      at: this.#ports.clock.now(),
    };
    await this.#ports.store.deadLetters.add([letter]);
    this.#ports.metrics.deadLetters(this.#definition.name, error.code, 1);
  }
}

function storePublish(publish: { readonly name: PropertyKey; readonly payload: object; readonly afterMillis?: number }) {
  const stored = { name: String(publish.name), payload: toTaggedJson(publish.payload as never) }; // payload types are made of Values
  return publish.afterMillis === undefined ? stored : { ...stored, afterMillis: publish.afterMillis };
}

/** A handler that ignores its signal must not hold the attempt for ever. */
async function raceAbort<Result>(work: Promise<Result>, signal: AbortSignal, timeoutMillis: number): Promise<Result> {
  let fail: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    fail = () => reject(new Error(`no end within ${timeoutMillis} ms, or the process is stopping`));
    signal.addEventListener("abort", fail, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", fail);
  }
}
