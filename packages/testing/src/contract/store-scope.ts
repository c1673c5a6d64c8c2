import { randomUUID } from "node:crypto";
import { test } from "node:test";
import {
  type DocumentBody,
  type DocumentStore,
  type Documents,
  type DocumentWrite,
  documentId,
  type HistoryEntry,
  type OutboxEntry,
  type SearchKeys,
  type StoredDocument,
  shardOf,
} from "@troupe/kernel";
import { uniqueName } from "./bus-scope.ts";

/** What an adapter gives to the suite for one test. */
export type StoreFixture = {
  readonly store: DocumentStore;
  /** Another instance on the same data, as another process would open it; without it the same instance is used twice. The suite closes it. */
  readonly openSecond?: () => Promise<DocumentStore>;
  readonly dispose?: () => Promise<void>;
};
export type StoreContract = { readonly name: string; readonly open: () => Promise<StoreFixture> };

export type StoreScope = {
  readonly store: DocumentStore;
  readonly second: () => Promise<DocumentStore>;
  /** Documents of an owner nobody else uses. */
  readonly documents: Documents;
  readonly owner: string;
};

/** Registers one test with its own fixture and an owner of its own. */
export function storeTest(contract: StoreContract, title: string, run: (scope: StoreScope) => Promise<void>): void {
  test(title, { timeout: 90_000 }, async () => {
    const fixture = await contract.open();
    const others: DocumentStore[] = [];
    const second = async (): Promise<DocumentStore> => {
      if (fixture.openSecond === undefined) return fixture.store;
      const other = await fixture.openSecond();
      others.push(other);
      return other;
    };
    const owner = uniqueName("owner");
    try {
      await run({ store: fixture.store, second, documents: fixture.store.documents(owner), owner });
    } finally {
      await Promise.all([fixture.store, ...others].map((store) => store.close()));
      await fixture.dispose?.();
    }
  });
}

export const idOf = (key: string, definition = "order"): string => documentId({ tenant: "default", definition, key });

export type WriteSketch = {
  readonly key: string;
  readonly expected: number;
  readonly w?: string;
  readonly shard?: number;
  readonly body?: Partial<DocumentBody>;
  readonly search?: SearchKeys;
  readonly history?: readonly HistoryEntry[];
  readonly outbox?: { readonly [seq: string]: OutboxEntry };
  readonly nextSeq?: number;
};

/** A complete write from what matters to a test. */
export function writeOf(sketch: WriteSketch): DocumentWrite {
  return {
    id: idOf(sketch.key),
    expected: sketch.expected,
    w: sketch.w ?? randomUUID(),
    shard: sketch.shard ?? shardOf(sketch.key),
    body: bodyOf(sketch.body),
    ...(sketch.search === undefined ? {} : { search: sketch.search }),
    history: sketch.history ?? [],
    outbox: sketch.outbox ?? {},
    nextSeq: sketch.nextSeq ?? 1,
  };
}

export const bodyOf = (body: Partial<DocumentBody> = {}): DocumentBody => ({
  definition: "order@1#abc",
  status: "running",
  state: { step: 1 },
  inbox: {},
  dueAt: null,
  historyLength: 0,
  updatedAt: 1_700_000_000_000,
  ...body,
});

/** The document that an accepted write leaves. `unsentSince` is what the suite expects there. */
export const storedAs = (write: DocumentWrite, unsentSince: number | null = null): StoredDocument => ({
  ...write.body,
  id: write.id,
  version: write.expected + 1,
  w: write.w,
  shard: write.shard,
  outbox: write.outbox,
  nextSeq: write.nextSeq,
  unsentSince,
});

export const entryOf = (text: string): OutboxEntry => ({
  topic: "orders",
  key: text,
  value: Buffer.from(text).toString("base64"),
  headers: { ce_id: text },
});

export const historyOf = (from: number, to: number): HistoryEntry[] =>
  Array.from({ length: to - from + 1 }, (_, at) => ({ order: from + at, at: 1_700_000_000_000 + at, entry: { name: `E${from + at}` } }));

/** The document, which must exist. */
export async function loadOne(documents: Documents, id: string): Promise<StoredDocument> {
  const document = (await documents.load([id])).get(id);
  if (document === undefined) throw new Error(`${id} is not stored`);
  return document;
}

export const kindsOf = (outcomes: ReadonlyArray<{ readonly kind: string }>): string[] => outcomes.map(({ kind }) => kind);
