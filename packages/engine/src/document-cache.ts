import type { StoredDocument } from "@troupe/kernel";

/** Documents of the last commits, least recently used dropped first. `null` remembers that a document does not exist. */
export class DocumentCache {
  readonly #entries = new Map<string, StoredDocument | null>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  get(id: string): StoredDocument | null | undefined {
    const found = this.#entries.get(id);
    if (found !== undefined) this.set(id, found); // moves it to the young end
    return found;
  }

  set(id: string, document: StoredDocument | null): void {
    this.#entries.delete(id);
    this.#entries.set(id, document);
    if (this.#entries.size > this.#limit) {
      const oldest = this.#entries.keys().next();
      if (!oldest.done) this.#entries.delete(oldest.value);
    }
  }

  drop(id: string): void {
    this.#entries.delete(id);
  }

  clear(): void {
    this.#entries.clear();
  }
}
