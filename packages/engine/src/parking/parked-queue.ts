import {
  type BusRecord,
  PARKED_DUE_AT,
  type ParkedKey,
  type ParkedPlace,
  type ParkedRow,
  type ParkingRows,
  recordPlace,
  TroupeError,
} from "@troupe/kernel";
import type { Notice } from "../document-fold.ts";
import type { EngineLimits } from "../engine-ports.ts";
import { base64 } from "../read/decode-inputs.ts";

/** What all parked keys of an owner together may still take. One object for the documents of a tick: each takes its part. */
export type ParkedRoom = { keys: number; bytes: number };

export type ParkedQueueOptions = {
  readonly owner: string;
  readonly documentId: string;
  readonly now: number;
  readonly limits: Pick<EngineLimits, "parkedRecordsPerKey">;
  readonly room: ParkedRoom;
};

/** A record to be parked, with the identity of its fact. */
export type Parkable = { readonly record: BusRecord; readonly identity: string };

/**
 * The parked records of one document while it is folded: lives for one call of foldDocument, and remembers what changed.
 * Pure but for the room, which it takes from.
 */
export class ParkedQueue {
  readonly #options: ParkedQueueOptions;
  readonly #before: ParkedKey | undefined;
  readonly #added: ParkedRow[] = [];
  readonly #removed: string[] = [];
  /** Lines for the operator. */
  readonly notices: Notice[] = [];
  #key: ParkedKey | undefined;
  readonly #wereHeld: boolean;
  #heldNow = false;

  constructor(stored: { readonly parked?: ParkedKey; readonly dueAt: number | null } | null, options: ParkedQueueOptions) {
    this.#options = options;
    this.#before = stored?.parked;
    this.#key = stored?.parked;
    this.#wereHeld = stored?.parked !== undefined && stored.dueAt === null;
  }

  get key(): ParkedKey | undefined {
    return this.#key;
  }

  get changed(): boolean {
    return this.#key !== this.#before || this.#heldNow;
  }

  /** Rows of this fold, for the store; undefined when there is nothing to do. */
  get rows(): ParkingRows | undefined {
    return this.#added.length + this.#removed.length === 0 ? undefined : { add: this.#added, remove: this.#removed };
  }

  /** Keys, rows and bytes that this fold took from the room; negative when it gave some back. */
  get taken(): { readonly keys: number; readonly bytes: number; readonly rows: number } {
    const bytes = (key: ParkedKey | undefined): number => key?.places.reduce((sum, place) => sum + place.bytes, 0) ?? 0;
    return {
      keys: Number(this.#key !== undefined) - Number(this.#before !== undefined),
      bytes: bytes(this.#key) - bytes(this.#before),
      rows: this.#added.length,
    };
  }

  /** The record is parked already: it was delivered again. */
  holds(identity: string): boolean {
    return this.#key?.places.some((place) => place.identity === identity) ?? false;
  }

  /** Parks the key with the record that can't be folded. False when no more keys or bytes are allowed: nothing has changed then. */
  open(parkable: Parkable, { error, timersAt }: { readonly error: TroupeError; readonly timersAt: number | null }): boolean {
    const { room, now } = this.#options;
    const place = placeIn(parkable);
    if (room.keys < 1 || room.bytes < place.bytes) return false;
    room.keys -= 1;
    const { code, message: reason } = error;
    this.#key = { since: now, code, reason, tries: 0, places: [], timersAt, asked: null };
    this.#append(place, parkable.record);
    this.alarm(`${recordPlace(place)} can't be folded and parks its key ${this.#options.documentId}: ${reason}`);
    return true;
  }

  /** Puts a record behind those that wait. PARKED_KEY_FULL when the key, or all keys together, hold their fill. */
  append(parkable: Parkable): TroupeError | undefined {
    const { limits, room, documentId: document } = this.#options;
    const place = placeIn(parkable);
    const held = this.#key?.places.length ?? 0;
    if (held >= limits.parkedRecordsPerKey || room.bytes < place.bytes) {
      return new TroupeError("PARKED_KEY_FULL", { document, held, place: recordPlace(place) });
    }
    this.#append(place, parkable.record);
    return undefined;
  }

  #append(place: ParkedPlace, record: BusRecord): void {
    if (this.#key === undefined) return;
    this.#options.room.bytes -= place.bytes;
    this.#key = { ...this.#key, places: [...this.#key.places, place] };
    this.#added.push(rowOf(record, this.#options));
  }

  /** The record is folded, or given up. */
  remove(gone: ParkedPlace): void {
    if (this.#key === undefined) return;
    this.#removed.push(recordPlace(gone));
    const places = this.#key.places.filter((place) => place !== gone);
    this.#key = places.length === 0 ? undefined : { ...this.#key, places };
  }

  /** The first of the records still can't be folded. */
  failed({ code, message: reason }: TroupeError): void {
    if (this.#key !== undefined) this.#key = { ...this.#key, code, reason, tries: this.#key.tries + 1, asked: null };
  }

  alarm(text: string): void {
    const { owner, documentId: document } = this.#options;
    this.notices.push({ level: "error", text, fields: { role: owner, document, code: this.#key?.code ?? "" } });
  }

  /** Its timers are due, and do not fire. */
  holdTimers(): void {
    this.#heldNow = true;
  }

  /** What the document's `dueAt` is while its own timers are due at `timersAt`. */
  dueAt(timersAt: number | null): number | null {
    if (this.#key === undefined) return timersAt;
    if (this.#key.asked !== null) return PARKED_DUE_AT;
    const held = this.#heldNow || (this.#wereHeld && timersAt === this.#before?.timersAt);
    return held ? null : timersAt;
  }

  /** The key as it is to be stored. */
  stored(timersAt: number | null): ParkedKey | undefined {
    return this.#key === undefined ? undefined : { ...this.#key, timersAt };
  }
}

function placeIn({ record, identity }: Parkable): ParkedPlace {
  const { topic, partition, offset } = record;
  return { topic, partition, offset, identity, bytes: bytesOf(record) };
}

/** Key, value as base64, and headers as JSON. */
function bytesOf({ key, value, headers }: BusRecord): number {
  const headerBytes = Object.entries(headers).reduce((sum, [name, text]) => sum + name.length + text.length + 6, 0);
  return (key?.byteLength ?? 0) + 4 * Math.ceil((value?.byteLength ?? 0) / 3) + headerBytes;
}

function rowOf(record: BusRecord, { owner, documentId: document, now: at }: ParkedQueueOptions): ParkedRow {
  const { topic, partition, offset, timestamp, headers } = record;
  const key = record.key === null ? null : new TextDecoder().decode(record.key);
  const value = record.value === null ? null : base64(record.value);
  return { owner, document, topic, partition, offset, timestamp, key, value, headers, bytes: bytesOf(record), at };
}
