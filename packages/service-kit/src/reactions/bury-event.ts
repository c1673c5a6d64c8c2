import { type EnginePorts, REDRIVE_COUNT } from "@troupe/engine";
import { type DeadLetter, type EventFact, explain, type OutboundRecord, TroupeError } from "@troupe/kernel";
import type { ReactionEnd } from "./pending-reactions.ts";

/**
 * The event of a reaction that gave up as a dead letter, encoded again from what the document kept. Durable when it
 * resolves; its id follows from the place in the log, so a second time changes nothing.
 */
export async function buryEvent(
  fact: EventFact,
  {
    service,
    reaction,
    end,
    ports,
  }: {
    readonly service: string;
    readonly reaction: string;
    readonly end: ReactionEnd & { readonly ok: false };
    readonly ports: EnginePorts;
  },
): Promise<void> {
  const { topic, partition, offset, redrives } = fact.origin;
  const error = new TroupeError("REACTION_GAVE_UP", {
    handler: `${service}/${reaction}`,
    event: fact.name,
    attempts: end.attempt,
    reason: end.reason,
  });
  const record = encoded(fact, ports);
  const letter: DeadLetter = {
    id: `${service}/${topic}/${partition}/${offset}`,
    group: service,
    topic,
    partition,
    offset,
    timestamp: fact.envelope.time,
    key: record?.key ?? fact.envelope.correlationId ?? null,
    value: record === undefined || record.value === null ? null : Buffer.from(record.value).toString("base64"),
    headers: { ...record?.headers, ...(redrives === undefined ? {} : { [REDRIVE_COUNT]: String(redrives) }) },
    code: error.code,
    reason: error.message,
    at: ports.clock.now(),
  };
  await ports.store.deadLetters.add([letter]);
  ports.metrics.deadLetters(service, error.code, 1);
  ports.log.error({ role: service, code: error.code, topic, partition, offset }, `dead letter: ${error.message}`);
}

/** Undefined when today's schema does not take the event any more: the letter then names the place in the log only. */
function encoded({ envelope, payload }: EventFact, { codec, log }: EnginePorts): OutboundRecord | undefined {
  try {
    return codec.encode({ envelope, payload });
  } catch (error) {
    log.warn({ event: envelope.type, id: envelope.id }, `a dead letter has no bytes: ${explain(error)}`);
    return undefined;
  }
}
