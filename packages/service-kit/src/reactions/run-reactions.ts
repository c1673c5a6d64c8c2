import type { EnginePorts, FoldedDocument, Processor } from "@troupe/engine";
import {
  type EventFact,
  explain,
  type Json,
  type JsonObject,
  parseDocumentId,
  reasonOf,
  type TimestampMillis,
  TroupeError,
} from "@troupe/kernel";
import type { Span } from "@troupe/telemetry";
import type { EventMap, Reaction, ServiceDefinition } from "../definition.ts";
import { type ParticipantState, type PendingReaction, readState, restoreEvent } from "../participant-state.ts";
import { buryEvent } from "./bury-event.ts";
import { callHandler } from "./call-handler.ts";
import { type ReactionEnd, type ReactionRun, retryOf } from "./pending-reactions.ts";

/** One attempt of a reaction. `state`: of the document as of the write that asked for it. */
type Run<Events extends EventMap, State extends Json> = {
  readonly documentId: string;
  readonly id: string;
  readonly pending: PendingReaction;
  readonly state: ParticipantState;
  readonly reaction: Reaction<Events, State>;
  readonly fact: EventFact;
};

export type RunnerOptions<Events extends EventMap, State extends Json> = {
  readonly definition: ServiceDefinition<Events, State>;
  readonly ports: EnginePorts;
  readonly processor: () => Pick<Processor, "submit">;
  /** Reactions under way above which no new batch should be read. */
  readonly limit: number;
};

/**
 * Runs asynchronous handlers whose `begun` is durable, and tells their documents how they ended. A crash anywhere in
 * here is mended by the document's timer, which runs the reaction again under the same idempotency key.
 */
export class ReactionRunner<Events extends EventMap, State extends Json> {
  readonly #options: RunnerOptions<Events, State>;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: RunnerOptions<Events, State>) {
    this.#options = options;
  }

  /** For each run that a durable write asked for. A run under way in this process is not started twice. */
  afterDurable(folded: FoldedDocument): void {
    if (folded.planned === undefined || this.#stopping.signal.aborted) return;
    const state = readState(folded.planned.after.state);
    for (const asked of folded.runs) {
      const { id } = asked as unknown as ReactionRun; // pushed by pending-reactions.ts
      const pending = state.pending[id];
      const reaction = this.#options.definition.reactions?.find(({ name }) => name === pending?.reaction);
      if (pending === undefined || reaction === undefined || this.#running.has(id)) continue;
      const run = { documentId: folded.id, id, pending, state, reaction, fact: restoreEvent(pending.event) };
      const running = this.#run(run).finally(() => this.#running.delete(id));
      this.#running.set(id, running);
    }
  }

  /** Why no new batch should be read for now; undefined when there is room. */
  congestion(): string | undefined {
    return this.#running.size >= this.#options.limit ? `${this.#running.size} reactions are under way` : undefined;
  }

  /**
   * Aborts what runs, and waits until its ends are stored, at most `millis`: unfinished reactions are run again by the
   * next owner.
   */
  async stop(millis: number): Promise<void> {
    this.#stopping.abort();
    const patience = new AbortController();
    await Promise.race([Promise.all(this.#running.values()), this.#options.ports.clock.sleep(millis, patience.signal)]);
    patience.abort();
  }

  /** Never rejects: what goes wrong here leaves `begun` in the document, whose timer runs the reaction again. */
  async #run(run: Run<Events, State>): Promise<void> {
    const { definition, ports } = this.#options;
    const from = run.pending.trace === null ? undefined : { traceparent: run.pending.trace };
    const span = ports.tracing.timer({ name: run.pending.reaction, kind: "reaction", from, waitedMillis: 0 });
    try {
      const end = await this.#attempt(run);
      if (this.#stopping.signal.aborted && !end.ok) return span.discard();
      await this.#report(run, end, span);
    } catch (error) {
      const { key } = parseDocumentId(run.documentId) ?? {};
      ports.log.warn(
        { role: definition.name, key, reaction: run.pending.reaction },
        `the end of a reaction was not stored: ${explain(error)}`,
      );
    }
  }

  async #attempt(run: Run<Events, State>): Promise<ReactionEnd> {
    const { definition, ports } = this.#options;
    const { timeoutMillis } = retryOf(run.reaction);
    const late = new AbortController();
    const ended = new AbortController();
    void ports.clock.sleep(timeoutMillis, ended.signal).then(() => late.abort(new Error(`no end within ${timeoutMillis} ms`)));
    const signal = AbortSignal.any([this.#stopping.signal, late.signal]);
    try {
      const { service, now } = { service: definition.name, now: ports.clock.now() as TimestampMillis }; // the clock port's unit
      const publish = await raceAbort(callHandler(run.reaction, run, { service, ids: ports.ids, now, signal }), signal);
      return { id: run.id, attempt: run.pending.attempt, ok: true, publish };
    } catch (error) {
      return failed(run, error);
    } finally {
      ended.abort();
    }
  }

  /** Rejects when the end can't be stored now. An end that its document refuses, e.g. an event that can't be encoded, is a failure. */
  async #report(run: Run<Events, State>, end: ReactionEnd, span: Span): Promise<void> {
    const { ports, definition, processor } = this.#options;
    if (!end.ok && end.givenUp) await buryEvent(run.fact, { service: definition.name, reaction: run.pending.reaction, end, ports });
    const identity = ports.ids.identity({ tenant: run.documentId, source: "reaction", id: `${end.id}/${end.attempt}` });
    const data = end as unknown as JsonObject; // ReactionEnd holds Json only
    try {
      await processor().submit(run.documentId, { kind: "act", identity, name: "reaction-ended", data }, span);
    } catch (error) {
      if (!end.ok || !isRefusal(error)) throw error;
      await this.#report(run, failed(run, error), span);
    }
  }
}

function failed<Events extends EventMap, State extends Json>({ id, pending, reaction }: Run<Events, State>, error: unknown): ReactionEnd {
  return { id, attempt: pending.attempt, ok: false, reason: reasonOf(error), givenUp: pending.attempt >= retryOf(reaction).attempts };
}

const isRefusal = (error: unknown): boolean => error instanceof TroupeError && error.disposition !== "retry" && error.code !== "NOT_READY";

/** A handler that ignores its signal must not hold the attempt for ever. Rejects with the signal's reason. */
async function raceAbort<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
