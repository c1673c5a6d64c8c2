import { type DocumentWrite, type HistoryEntry, type ParkedRow, type ParkedTotals, recordPlace, type StoredDocument } from "@troupe/kernel";

/** A durable write. */
export type Written = {
  readonly owner: Owner;
  readonly before: StoredDocument | null;
  readonly after: StoredDocument;
  readonly write: DocumentWrite;
};

/** A document on its server. `newest` is what a guard meets; `durable` is what a majority has, and what is read. */
type Cell = { newest: StoredDocument | null; durable: StoredDocument | null; readonly history: HistoryEntry[] };

type Tentative = {
  readonly owner: Owner;
  readonly cell: Cell;
  readonly write: DocumentWrite;
  readonly document: StoredDocument;
  state: "open" | "durable" | "taken back";
};

/** Documents of one owner, as the servers have them. */
export class Owner {
  readonly name: string;
  readonly cells = new Map<string, Cell>();

  constructor(name: string) {
    this.name = name;
  }

  durable(id: string): StoredDocument | null {
    return this.cells.get(id)?.durable ?? null;
  }

  history(id: string): readonly HistoryEntry[] {
    return this.cells.get(id)?.history ?? [];
  }

  cell(id: string): Cell {
    const found = this.cells.get(id);
    if (found !== undefined) return found;
    const made: Cell = { newest: null, durable: null, history: [] };
    this.cells.set(id, made);
    return made;
  }

  find(where: (document: StoredDocument) => boolean): readonly StoredDocument[] {
    const found: StoredDocument[] = [];
    for (const { durable } of this.cells.values()) if (durable !== null && where(durable)) found.push(durable);
    return found;
  }
}

/** What is written and not yet on a majority, in order. A change of the primary takes it back. */
export class Majority {
  readonly #tentative: Tentative[] = [];
  readonly #onWrite: (written: Written) => void;

  /** `onWrite`: told of each write once it is durable. */
  constructor(onWrite: (written: Written) => void) {
    this.#onWrite = onWrite;
  }

  /** Guarded: undefined when the version is another one. With `now` it is durable at once. */
  write(owner: Owner, write: DocumentWrite, now: boolean): Tentative | undefined {
    const cell = owner.cell(write.id);
    if ((cell.newest?.version ?? 0) !== write.expected) return undefined;
    const document = written(cell.newest, write);
    cell.newest = document;
    const tentative: Tentative = { owner, cell, write, document, state: "open" };
    if (now) this.#settle(tentative);
    else this.#tentative.push(tentative);
    return tentative;
  }

  /** Everything up to the last of these is on a majority. False when they were taken back. */
  reach(waiting: readonly Tentative[]): boolean {
    const at = Math.max(-1, ...waiting.map((tentative) => this.#tentative.indexOf(tentative)));
    for (const tentative of this.#tentative.splice(0, at + 1)) this.#settle(tentative);
    return waiting.every(({ state }) => state === "durable");
  }

  #settle(tentative: Tentative): void {
    const { owner, cell, write, document } = tentative;
    const before = cell.durable;
    tentative.state = "durable";
    cell.durable = cell.newest?.version === document.version ? cell.newest : document;
    cell.history.push(...write.history);
    this.#onWrite({ owner, before, after: cell.durable, write });
  }

  get open(): number {
    return this.#tentative.length;
  }

  rollBack(): void {
    for (const tentative of this.#tentative) {
      tentative.cell.newest = tentative.cell.durable;
      tentative.state = "taken back";
    }
    this.#tentative.length = 0;
  }
}

function written(before: StoredDocument | null, { id, expected, w, shard, body, outbox, nextSeq }: DocumentWrite): StoredDocument {
  const added = Object.keys(outbox).length > 0;
  return {
    ...body,
    id,
    w,
    shard,
    nextSeq,
    version: expected + 1,
    outbox: before === null || Object.keys(before.outbox).length === 0 ? outbox : { ...before.outbox, ...outbox },
    unsentSince: added ? Math.min(before?.unsentSince ?? body.updatedAt, body.updatedAt) : (before?.unsentSince ?? null),
  };
}

const keyOf = (owner: string, document: string, place: string): string => `${owner} ${document} ${place}`;

/** Rows of parked records, as the server has them. */
export class ParkedTable {
  readonly #rows = new Map<string, ParkedRow>();

  add(rows: readonly ParkedRow[]): void {
    for (const row of rows) {
      const key = keyOf(row.owner, row.document, recordPlace(row));
      if (!this.#rows.has(key)) this.#rows.set(key, row);
    }
  }

  remove(owner: string, document: string, places: readonly string[]): void {
    for (const place of places) this.#rows.delete(keyOf(owner, document, place));
  }

  has(owner: string, document: string, place: string): boolean {
    return this.#rows.has(keyOf(owner, document, place));
  }

  of(where: (row: ParkedRow) => boolean): readonly ParkedRow[] {
    return [...this.#rows.values()].filter(where);
  }

  totals(owner: string): ParkedTotals {
    const rows = this.of((row) => row.owner === owner);
    return {
      keys: new Set(rows.map(({ document }) => document)).size,
      rows: rows.length,
      bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }
}
