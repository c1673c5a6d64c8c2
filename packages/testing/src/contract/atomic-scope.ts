import type { AtomicWork, Bus, DocumentStore, Documents, DocumentWrite, OutboundRecord, Work } from "@troupe/kernel";
import { type BusFixture, type BusScope, busTest, textRecord } from "./bus-scope.ts";

/** One opened data: bus, documents and atomic work over the same store. The suite closes bus and store, in any order. */
export type AtomicFixture = {
  readonly bus: Bus;
  readonly store: DocumentStore;
  readonly work: AtomicWork;
  /** Another instance on the same data, as another process would open it. */
  readonly openSecond?: () => Promise<AtomicFixture>;
  readonly dispose?: () => Promise<void>;
};
export type AtomicContract = { readonly name: string; readonly open: () => Promise<AtomicFixture> };

export type AtomicScope = BusScope & {
  readonly store: DocumentStore;
  readonly work: AtomicWork;
  readonly owner: string;
  readonly documents: Documents;
  readonly secondWork: () => Promise<AtomicFixture>;
  /** Ends of a topic, summed over its partitions. */
  written(topic: string): Promise<number>;
};

export function atomicTest(contract: AtomicContract, title: string, run: (scope: AtomicScope) => Promise<void>): void {
  const opened: AtomicFixture[] = [];
  const keep = (fixture: AtomicFixture): AtomicFixture => {
    opened.push(fixture);
    return fixture;
  };
  const open = async (): Promise<BusFixture> => {
    const { openSecond, ...fixture } = keep(await contract.open());
    return openSecond === undefined ? fixture : { ...fixture, openSecond: async () => keep(await openSecond()).bus };
  };
  busTest({ name: contract.name, open }, title, async (scope) => {
    const [fixture] = opened;
    if (fixture === undefined) throw new Error("the fixture was opened by busTest");
    const owner = scope.group();
    const secondWork = async (): Promise<AtomicFixture> => {
      await scope.second();
      return opened.at(-1) ?? fixture;
    };
    const written = async (topic: string): Promise<number> =>
      (await scope.bus.admin.endOffsets([topic])).reduce((sum, { end }) => sum + end, 0);
    const { store, work } = fixture;
    try {
      await run({ ...scope, store, work, owner, documents: store.documents(owner), secondWork, written });
    } finally {
      await Promise.all(opened.splice(0).map((one) => one.store.close()));
    }
  });
}

export const workOf = (owner: string, more: Partial<Omit<Work, "owner">>): Work => ({
  owner,
  membership: null,
  writes: [],
  deadLetters: [],
  offsets: [],
  ...more,
});

/** A write with one record of the same key and the text given. */
export const withRecord = (write: DocumentWrite, topic: string, text: string): { write: DocumentWrite; records: OutboundRecord[] } => ({
  write,
  records: [textRecord(topic, write.id, text)],
});
