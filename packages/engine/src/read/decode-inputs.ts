import {
  type Batch,
  type BusRecord,
  type DeadLetter,
  type Decoded,
  type EventFact,
  parseDocumentId,
  reasonOf,
  TroupeError,
} from "@troupe/kernel";
import type { DocumentFold } from "../document-fold.ts";
import type { EngineLimits, EnginePorts } from "../engine-ports.ts";
import { REDRIVE_COUNT, REDRIVE_GROUP } from "../operate/redrive.ts";
import type { BatchInput, EventItem } from "../work-item.ts";

type DecodeEnvironment = { readonly fold: DocumentFold; readonly ports: EnginePorts; readonly limits: EngineLimits };

/**
 * First station of a batch: bytes to facts, facts to the documents they concern. What can't be read, is older than the
 * horizon, or names no document becomes a dead letter. Rejects only with REGISTRY_UNREACHABLE (try again).
 */
export async function decodeInputs(batch: Batch, environment: DecodeEnvironment): Promise<BatchInput> {
  const { fold, ports, limits } = environment;
  const items: EventItem[] = [];
  const deadLetters: DeadLetter[] = [];
  const oldest = ports.clock.now() - limits.horizonMillis;
  let skipped = 0;
  for (const record of batch.records) {
    if (isForAnother(record, fold.owner)) {
      skipped += 1;
      continue;
    }
    const refuse = (code: string, reason: string): void => {
      deadLetters.push(deadLetterOf({ record, group: fold.owner, code, reason, at: ports.clock.now() }));
      noteDeadLetter(record, { code, reason }, environment);
    };
    if (record.timestamp < oldest) {
      refuse("RECORD_TOO_OLD", new TroupeError("RECORD_TOO_OLD", { ...placeOf(record), days: limits.horizonMillis / 86_400_000 }).message);
      continue;
    }
    const pending = decodeRecord(record, environment);
    const decoded = pending instanceof Promise ? await pending : pending; // no microtask per record when the schema is known
    if (decoded.kind === "skipped") skipped += 1;
    if (decoded.kind === "undecodable") refuse(decoded.code, decoded.reason);
    if (decoded.kind === "event") items.push(...routed(withRedrives(decoded.fact, record), record, { fold, refuse }));
  }
  if (skipped > 0) ports.metrics.records(fold.owner, "skipped", skipped);
  return { kind: "batch", batch, items, deadLetters };
}

/** A redriven dead letter stands in the log once more for the group that could not take it, and for nobody else. */
function isForAnother({ headers }: BusRecord, owner: string): boolean {
  const group = headers[REDRIVE_GROUP];
  return group !== undefined && group !== owner;
}

function withRedrives(fact: EventFact, { headers }: BusRecord): EventFact {
  const redrives = Number(headers[REDRIVE_COUNT] ?? 0);
  return redrives > 0 ? { ...fact, origin: { ...fact.origin, redrives } } : fact;
}

/** Only a registry that is away is tried again; whatever else decoding throws says that this record can't be read. */
export function decodeRecord(record: BusRecord, { fold, ports }: DecodeEnvironment): Decoded | Promise<Decoded> {
  try {
    const decoded = ports.codec.decode(record, fold.wants);
    return decoded instanceof Promise ? decoded.catch(unreadable) : decoded;
  } catch (error) {
    return unreadable(error);
  }
}

function unreadable(error: unknown): Decoded {
  if (error instanceof TroupeError && error.disposition === "retry") throw error;
  return { kind: "undecodable", code: codeOf(error), reason: reasonOf(error) };
}

type Routing = { readonly fold: DocumentFold; readonly refuse: (code: string, reason: string) => void };

function routed(fact: EventFact, record: BusRecord, { fold, refuse }: Routing): readonly EventItem[] {
  try {
    const ids = fold.route(fact);
    for (const id of ids) checkTenant(id, fact);
    return ids.map((documentId) => ({ kind: "event", documentId, fact, record }));
  } catch (error) {
    refuse(codeOf(error), reasonOf(error));
    return [];
  }
}

const TENANT = /^[a-z][A-Za-z0-9-]*$/;

/** The tenant comes from a header that anybody may write: one with a `/` would pose as another tenant's document. */
function checkTenant(documentId: string, { envelope }: EventFact): void {
  if (TENANT.test(envelope.tenant) && parseDocumentId(documentId)?.tenant === envelope.tenant) return;
  throw new TroupeError("EVENT_FIELD_INVALID", {
    field: "ce_tenant",
    event: envelope.type,
    found: `\`${envelope.tenant}\``,
    allowed: "a letter a-z, then letters, digits and dashes",
  });
}

const placeOf = ({ topic, partition, offset }: BusRecord) => ({ topic, partition, offset });
const codeOf = (error: unknown): string => (error instanceof TroupeError ? error.code : "UNEXPECTED");

/** Counts and logs a record that goes to the dead letters. */
export function noteDeadLetter(
  record: BusRecord,
  { code, reason }: { readonly code: string; readonly reason: string },
  { fold, ports }: Pick<DecodeEnvironment, "fold" | "ports">,
): void {
  ports.metrics.deadLetters(fold.owner, code, 1);
  ports.metrics.records(fold.owner, "dead-letter", 1);
  ports.log.error({ code, ...placeOf(record) }, `dead letter: ${reason}`);
}

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
