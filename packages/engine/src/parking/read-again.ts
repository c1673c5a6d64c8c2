import { type BusRecord, type Documents, type ParkedRow, type ParkedRows, recordPlace, TroupeError } from "@troupe/kernel";
import type { FoldEnvironment } from "../fold/folded-document.ts";
import { decodeRecord } from "../read/decode-inputs.ts";
import type { DueItem, ReadAgain } from "../work-item.ts";

/**
 * The parked records of a document that an operator wants tried again, read with the schemas of today. Rejects with
 * REGISTRY_UNREACHABLE or STORE_UNREACHABLE: then it is asked again.
 */
export async function readAgain(
  item: DueItem,
  ports: { readonly documents: Documents; readonly parked: ParkedRows },
  environment: FoldEnvironment,
): Promise<DueItem> {
  const { documentId } = item;
  const document = (await ports.documents.load([documentId])).get(documentId);
  const rows = await ports.parked.load(environment.fold.owner, documentId);
  const byPlace = new Map(rows.map((row) => [recordPlace(row), row]));
  const parked = new Map<string, ReadAgain>();
  for (const place of document?.parked?.places ?? []) {
    const name = recordPlace(place);
    parked.set(name, await readRow(name, byPlace.get(name), environment));
  }
  return { ...item, parked };
}

async function readRow(place: string, row: ParkedRow | undefined, environment: FoldEnvironment): Promise<ReadAgain> {
  if (row === undefined) return unreadable(place, "its bytes are not in the store");
  const record = recordOf(row);
  const decoded = await decodeRecord(record, environment);
  if (decoded.kind === "event") return { kind: "event", fact: decoded.fact, record };
  return unreadable(
    place,
    decoded.kind === "skipped" ? `no handler wants ${row.headers["ce_type"] ?? "its type"} any more` : decoded.reason,
  );
}

function unreadable(place: string, reason: string): ReadAgain {
  const [topic = "", partition = "", offset = ""] = place.split("/");
  return { kind: "unreadable", error: new TroupeError("RECORD_UNDECODABLE", { topic, partition, offset, reason }) };
}

function recordOf({ topic, partition, offset, timestamp, key, value, headers }: ParkedRow): BusRecord {
  return {
    topic,
    partition,
    offset,
    timestamp,
    key: key === null ? null : new TextEncoder().encode(key),
    value: value === null ? null : new Uint8Array(Buffer.from(value, "base64")),
    headers,
  };
}
