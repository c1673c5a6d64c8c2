import { type BusRecord, type DeadLetter, type Decoded, type EventFact, reasonOf, TroupeError } from "@troupe/kernel";
import type { DocumentFold } from "./document-fold.ts";
import type { EngineLimits, EnginePorts } from "./engine-ports.ts";
import type { Input, WorkItem } from "./work-item.ts";

export type DecodedInputs = { readonly items: readonly WorkItem[]; readonly deadLetters: readonly DeadLetter[] };

/**
 * First station of a record: bytes to facts, facts to the documents they concern. What can't be read, is older than
 * the horizon, or names no document becomes a dead letter. Rejects only with REGISTRY_UNREACHABLE (try again).
 */
export async function decodeInputs(
  inputs: readonly Input[],
  fold: DocumentFold,
  environment: { readonly ports: EnginePorts; readonly limits: EngineLimits },
): Promise<DecodedInputs> {
  const { ports, limits } = environment;
  const items: WorkItem[] = [];
  const deadLetters: DeadLetter[] = [];
  const refuse = (record: BusRecord, code: string, reason: string): void => {
    deadLetters.push(deadLetterOf({ record, group: fold.owner, code, reason, at: ports.clock.now() }));
    ports.metrics.deadLetters(fold.owner, code, 1);
    ports.metrics.records(fold.owner, "dead-letter", 1);
    ports.log.warn({ code, topic: record.topic, partition: record.partition, offset: record.offset }, `dead letter: ${reason}`);
  };
  for (const input of inputs) {
    if (input.kind !== "batch") {
      items.push(input);
      continue;
    }
    for (const record of input.batch.records) {
      if (record.timestamp < ports.clock.now() - limits.horizonMillis) {
        refuse(
          record,
          "RECORD_TOO_OLD",
          new TroupeError("RECORD_TOO_OLD", { ...placeOf(record), days: limits.horizonMillis / 86_400_000 }).message,
        );
        continue;
      }
      const pending = ports.codec.decode(record, fold.wants);
      const decoded: Decoded = pending instanceof Promise ? await pending : pending; // no microtask per record when the schema is known
      if (decoded.kind === "undecodable") refuse(record, decoded.code, decoded.reason);
      if (decoded.kind === "event") routeEvent(decoded.fact, record);
    }
  }
  return { items, deadLetters };

  function routeEvent(fact: EventFact, record: BusRecord): void {
    try {
      for (const documentId of fold.route(fact)) {
        items.push({ kind: "event", documentId, fact, record, span: ports.tracing.consume(fact.origin, fact.envelope) });
      }
    } catch (error) {
      refuse(record, error instanceof TroupeError ? error.code : "UNEXPECTED", reasonOf(error));
    }
  }
}

const placeOf = ({ topic, partition, offset }: BusRecord) => ({ topic, partition, offset });

/** A record as a dead letter: its id follows from group and place, so adding it again changes nothing. */
export function deadLetterOf(letter: {
  readonly record: BusRecord;
  readonly group: string;
  readonly code: string;
  readonly reason: string;
  readonly at: number;
}): DeadLetter {
  const { record, group, code, reason, at } = letter;
  const { topic, partition, offset, timestamp, headers } = record;
  return {
    id: `${group}/${topic}/${partition}/${offset}`,
    group,
    topic,
    partition,
    offset,
    timestamp,
    key: record.key === null ? null : new TextDecoder().decode(record.key),
    value: record.value === null ? null : base64(record.value),
    headers,
    code,
    reason,
    at,
  };
}

/** Standard base64 (RFC 4648, section 4), padded. */
export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
