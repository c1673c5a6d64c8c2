/** One change of one source file: the text must be there exactly once. */
export type Edit = { readonly file: string; readonly find: string; readonly replace: string };

/** A protocol that is broken on purpose, to show that a run would notice. */
export type Mutant = {
  readonly name: string;
  readonly mode?: "atomic" | "staged";
  /** Noticed by the embedded adapter's own worlds, on a real file and in real time. */
  readonly on?: "embedded";
  readonly edits: readonly Edit[];
};

const ENGINE = "packages/engine/src/";
const KIT = "packages/service-kit/src/";
const CORE = "saga-coordinator/src/core/";
const SERVERS = "packages/simulation/src/ports/";

/** Those that stand in a server's promise change the simulated server; all others change the product. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: "no version check",
    edits: [
      {
        file: `${SERVERS}tables.ts`,
        find: "if ((cell.newest?.version ?? 0) !== write.expected) return undefined;",
        replace: "",
      },
    ],
  },
  {
    name: "no dedupe",
    edits: [
      {
        file: `${ENGINE}fold/fold-document.ts`,
        find: "return this.#seen.has(identity) || (this.#stored !== null && Object.hasOwn(this.#stored.inbox, identity));",
        replace: "return false;",
      },
    ],
  },
  {
    name: "dedupe by offset only",
    edits: [
      {
        file: `${SERVERS}codec.ts`,
        find: 'fact: { kind: "event", identity, name',
        replace: 'fact: { kind: "event", identity: [topic, partition, offset].join("/"), name',
      },
    ],
  },
  {
    name: "no tombstone",
    edits: [{ file: `${KIT}handle-event.ts`, find: 'role?.does && role.status === "undone"', replace: "false" }],
  },
  {
    name: "no sweep",
    mode: "staged",
    edits: [
      {
        file: `${ENGINE}durable/sweep.ts`,
        find: "if (publisher.failing !== undefined || shards?.length === 0) return 0;",
        replace: "return 0;",
      },
    ],
  },
  {
    name: "no inbox",
    edits: [
      {
        file: `${ENGINE}fold/plan-write.ts`,
        find: "inbox: remember(stored?.inbox ?? {}, plan.identities,",
        replace: "inbox: remember({}, [] as string[],",
      },
    ],
  },
  {
    name: "offset before durability",
    edits: [
      {
        file: `${ENGINE}processor.ts`,
        find: "onBatch: (batch) => void this.#reader.read(batch),",
        replace: "onBatch: (batch) => { this.#subscription?.settle(batch); void this.#reader.read(batch); },",
      },
    ],
  },
  {
    name: "commit to log end",
    edits: [
      {
        file: `${ENGINE}process-tick.ts`,
        find: "batches.map(({ topic, partition, nextOffset }) => ({ topic, partition, next: nextOffset }))",
        replace: "batches.map(({ topic, partition, endOffset }) => ({ topic, partition, next: endOffset }))",
      },
      { file: `${SERVERS}member.ts`, find: "this.#save(place, batch.nextOffset)", replace: "this.#save(place, batch.endOffset)" },
    ],
  },
  {
    name: "stale outbox written back",
    mode: "staged",
    edits: [
      {
        file: `${SERVERS}tables.ts`,
        find: "before === null || Object.keys(before.outbox).length === 0 ? outbox : { ...before.outbox, ...outbox }",
        replace: "outbox",
      },
    ],
  },
  {
    name: "publish before durable",
    mode: "staged",
    edits: [
      {
        file: `${ENGINE}durable/staged.ts`,
        find: "const answers = await documents.commit(",
        replace: "for (const { after } of work.writes) publisher.enqueue(after);\n    const answers = await documents.commit(",
      },
    ],
  },
  {
    name: "write for duplicates only",
    edits: [
      {
        file: `${ENGINE}fold/fold-document.ts`,
        find: "if (this.#last === undefined && !this.#parking.changed) return undefined;",
        replace: "if (this.#current === undefined) return undefined;",
      },
    ],
  },
  {
    name: "wrong undo order",
    edits: [
      {
        file: `${CORE}fold/back/undo-order.ts`,
        find: "affected.filter(({ dependants }) => [...dependants].every((name) => !holding.has(name)))",
        replace: "affected",
      },
      { file: `${CORE}fold/back/undo-order.ts`, find: "order(b) - order(a)", replace: "order(a) - order(b)" },
    ],
  },
  {
    name: "unknown step not undone",
    edits: [
      {
        file: `${CORE}fold/back/undo-order.ts`,
        find: 'status(unit) === "done" || status(unit) === "unknown"',
        replace: 'status(unit) === "done"',
      },
    ],
  },
  {
    name: "timer before drain",
    edits: [
      {
        file: `${ENGINE}progress.ts`,
        find: "return this.#drained(shard % this.#groups);",
        replace: "return shard + Number.MAX_SAFE_INTEGER;",
      },
    ],
  },
  {
    name: "alias lost",
    edits: [
      {
        file: `${CORE}alias/alias.ts`,
        find: 'const effects = state.waiting.map((event): AliasEffect => ({ kind: "forward", to: by, event }));',
        replace: "const effects: AliasEffect[] = [];",
      },
    ],
  },
  {
    name: "unknown taken as written",
    mode: "staged",
    edits: [
      {
        file: `${ENGINE}durable/staged.ts`,
        find: 'return (found?.version ?? 0) === write.expected ? outcome : { kind: "conflict" };',
        replace: 'return { kind: "ok" };',
      },
    ],
  },
  {
    name: "undo does not wait for a begun effect",
    edits: [
      {
        file: `${KIT}handle-event.ts`,
        find: "role !== undefined && memory.isUnderWay(role.effect)",
        replace: "role === null && role !== undefined",
      },
    ],
  },
  {
    name: "dead letters forgotten",
    edits: [
      {
        file: `${ENGINE}durable/staged.ts`,
        find: "if (work.deadLetters.length > 0) await deadLetters.add(work.deadLetters);",
        replace: "",
      },
      { file: `${ENGINE}durable/atomic.ts`, find: "deadLetters, offsets }", replace: "deadLetters: [], offsets }" },
    ],
  },
  {
    name: "lease ignored in the embedded group",
    on: "embedded",
    edits: [
      {
        file: "packages/embedded/src/groups/member-rows.ts",
        find: "row.lease < machineMillis() || isDead(row, self)",
        replace: "isDead(row, self)",
      },
    ],
  },
  {
    // Found by the first runs in the MongoDB adapter (docs/decisions/0061): kept so that it can't come back unseen.
    name: "trim forgets another's entry",
    mode: "staged",
    edits: [
      {
        file: `${SERVERS}documents.ts`,
        find: "emptyAt === document.version && Object.keys(outbox).length === 0",
        replace: "emptyAt === document.version",
      },
    ],
  },
];
