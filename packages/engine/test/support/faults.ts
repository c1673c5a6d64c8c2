import {
  type AtomicWork,
  type Bus,
  type DocumentStore,
  type Documents,
  type SubscribeOptions,
  type Subscription,
  TroupeError,
  type WriteOutcome,
} from "@troupe/kernel";

/** What is wrong at the moment; a test changes the fields while everything runs. */
export type Faults = {
  storeAway: boolean;
  busAway: boolean;
  /** Number of commits whose reply is lost although they are carried out. */
  lostReplies: number;
  /** Document that the store will never take. */
  refusedDocument: string | undefined;
  /** Topic that the bus does not know any more. */
  unknownTopic: string | undefined;
  /** Called around each commit: where a test lets something else happen, a foreign write or a kill. */
  beforeCommit: (() => Promise<void>) | undefined;
  afterCommit: (() => Promise<void>) | undefined;
  /** Calls that reached the store, for a look at how often it is asked. */
  storeCalls: number;
};
export const noFaults = (): Faults => ({
  storeAway: false,
  busAway: false,
  lostReplies: 0,
  refusedDocument: undefined,
  unknownTopic: undefined,
  beforeCommit: undefined,
  afterCommit: undefined,
  storeCalls: 0,
});

export type Ports = { readonly bus: Bus; readonly store: DocumentStore; readonly work: AtomicWork | undefined };
/** The ports of one process: they fail as `faults` says, and after `kill` nothing of the process reaches the world any more. */
export type Mortal = Ports & { kill(): Promise<void> };

export function mortal(real: Ports, faults: Faults): Mortal {
  const life = new Life(faults);
  return {
    bus: mortalBus(real.bus, life),
    store: mortalStore(real.store, life),
    work: real.work === undefined ? undefined : mortalWork(real.work, life),
    kill: () => life.end(),
  };
}

const never = (): Promise<never> => new Promise(() => {});

/** Whether the process lives, and what stands between it and its ports. */
class Life {
  readonly faults: Faults;
  readonly subscriptions: Subscription[] = [];
  dead = false;

  constructor(faults: Faults) {
    this.faults = faults;
  }

  onStore<Result>(call: () => Promise<Result>): Promise<Result> {
    this.faults.storeCalls += 1;
    return this.#guard(call, this.faults.storeAway ? new TroupeError("STORE_UNREACHABLE", { address: "test", reason: "away" }) : undefined);
  }

  onBus<Result>(call: () => Promise<Result>): Promise<Result> {
    return this.#guard(call, this.faults.busAway ? new TroupeError("BUS_UNREACHABLE", { address: "test", reason: "away" }) : undefined);
  }

  async #guard<Result>(call: () => Promise<Result>, error: TroupeError | undefined): Promise<Result> {
    if (this.dead) return never();
    if (error !== undefined) throw error;
    const result = await call();
    return this.dead ? never() : result;
  }

  async commit<Result>(call: () => Promise<Result>): Promise<Result> {
    if (!this.dead) await this.faults.beforeCommit?.();
    return this.onStore(async () => {
      const result = await call();
      await this.faults.afterCommit?.();
      return result;
    });
  }

  losesReply(): boolean {
    if (this.faults.lostReplies === 0) return false;
    this.faults.lostReplies -= 1;
    return true;
  }

  async end(): Promise<void> {
    this.dead = true;
    await Promise.all(this.subscriptions.map((subscription) => subscription.stop()));
  }
}

function mortalBus(real: Bus, life: Life): Bus {
  const alive =
    <Given extends unknown[]>(callback: (...given: Given) => void) =>
    (...given: Given): void => {
      if (!life.dead) callback(...given);
    };
  return {
    ...real,
    publish: (records) => {
      const unknown = records.find(({ topic }) => topic === life.faults.unknownTopic);
      if (unknown !== undefined) return Promise.reject(new TroupeError("TOPIC_UNKNOWN", { topic: unknown.topic, allowed: "others" }));
      return life.onBus(() => real.publish(records));
    },
    admin: {
      ...real.admin,
      endOffsets: (topics) => life.onBus(() => real.admin.endOffsets(topics)),
      groupLag: (group, topics) => life.onBus(() => real.admin.groupLag(group, topics)),
    },
    async subscribe(options: SubscribeOptions) {
      const subscription = await real.subscribe({
        ...options,
        onBatch: alive(options.onBatch),
        onAssigned: alive(options.onAssigned),
        onRevoked: alive(options.onRevoked),
        onHealth: alive(options.onHealth),
      });
      life.subscriptions.push(subscription);
      return {
        settle: (batch, given) => (life.dead ? undefined : subscription.settle(batch, given)),
        stop: () => subscription.stop(),
      };
    },
  };
}

function mortalStore(real: DocumentStore, life: Life): DocumentStore {
  return {
    ...real,
    documents: (owner) => mortalDocuments(real.documents(owner), life),
    deadLetters: { ...real.deadLetters, add: (letters) => life.onStore(() => real.deadLetters.add(letters)) },
    parked: {
      ...real.parked,
      add: (rows) => life.onStore(() => real.parked.add(rows)),
      load: (owner, document) => life.onStore(() => real.parked.load(owner, document)),
      totals: (owner) => life.onStore(() => real.parked.totals(owner)),
    },
  };
}

function mortalDocuments(real: Documents, life: Life): Documents {
  const { faults } = life;
  return {
    ...real,
    load: (ids) => life.onStore(() => real.load(ids)),
    due: (query) => life.onStore(() => real.due(query)),
    unsent: (query) => life.onStore(() => real.unsent(query)),
    trim: (trims) => life.onStore(() => real.trim(trims)),
    async commit(writes): Promise<readonly WriteOutcome[]> {
      if (faults.storeAway) return writes.map(() => ({ kind: "unknown", reason: "away" }));
      const taken = writes.filter(({ id }) => id !== faults.refusedDocument);
      const outcomes = [...(await life.commit(() => real.commit(taken)))];
      if (life.losesReply()) return writes.map(() => ({ kind: "unknown", reason: "the reply was lost" }));
      return writes.map(({ id }) => (id === faults.refusedDocument ? REFUSED : (outcomes.shift() ?? CONFLICT)));
    },
  };
}

function mortalWork(real: AtomicWork, life: Life): AtomicWork {
  const { faults } = life;
  return {
    async commitWork(work) {
      const writes = work.writes.filter(({ write }) => write.id !== faults.refusedDocument);
      const whole = writes.length === work.writes.length;
      const taken = whole ? work : { ...work, writes, offsets: [], membership: null };
      const done = await life.commit(() => real.commitWork(taken));
      if (life.losesReply()) throw new TroupeError("STORE_UNREACHABLE", { address: "test", reason: "the reply was lost" });
      const outcomes = [...done.outcomes];
      return {
        offsetsStored: whole && done.offsetsStored,
        outcomes: work.writes.map(({ write }) => (write.id === faults.refusedDocument ? REFUSED : (outcomes.shift() ?? CONFLICT))),
      };
    },
  };
}

const REFUSED: WriteOutcome = { kind: "refused", reason: "too large" };
const CONFLICT: WriteOutcome = { kind: "conflict" };
