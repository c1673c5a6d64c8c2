import { createHash } from "node:crypto";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { createCodec, type EventCodec, fileRegistry, loadSchemas } from "@troupe/codec";
import { type Embedded, openEmbedded } from "@troupe/embedded";
import { askParked, type DocumentFold, type EngineLimits, type EnginePorts, Processor } from "@troupe/engine";
import {
  type Codec,
  createIds,
  type DeadLetter,
  type EventFact,
  type Json,
  type Log,
  type LogFields,
  type ParkedAsk,
  type Payload,
  recordPlace,
  type StoredDocument,
  type Uuid,
} from "@troupe/kernel";
import { createMetrics, type Metrics, passThroughTracing } from "@troupe/telemetry";
import { type ManualClock, manualClock, until } from "@troupe/testing";
import { type Faults, type Mortal, mortal, noFaults } from "./faults.ts";
import { OWNER, stateOf, type Tally, tallyFold, tallyId } from "./tally.ts";

/** The two ways to make a tick durable; the same suite runs on both. */
export const WAYS = ["atomic", "staged"] as const;
export type Way = (typeof WAYS)[number];

const TOPICS = ["orders", "inventory", "payments", "shipping"];
const SCHEMAS = fileURLToPath(new URL("../../../../schemas", import.meta.url));
const random = { next: Math.random };
export const ids = createIds((data) => createHash("sha256").update(data).digest());
export const orderId = (name: string): Uuid => ids.messageId("test", [name]) as Uuid; // messageId makes UUIDs

/** One process: an engine with ports that can fail and be killed. */
export type Process = {
  readonly processor: Processor;
  readonly faults: Faults;
  readonly ports: EnginePorts;
  readonly mortal: Mortal;
  readonly lines: { readonly level: string; readonly text: string; readonly fields: LogFields }[];
  ready(): boolean;
};

export class World {
  readonly way: Way;
  readonly clock: ManualClock;
  readonly embedded: Embedded;
  readonly codec: EventCodec;
  readonly metrics: Metrics;
  /** Everything on the bus, as an onlooker reads it. */
  readonly heard: EventFact[] = [];
  readonly #processes: Process[] = [];

  private constructor(way: Way, parts: { clock: ManualClock; embedded: Embedded; codec: EventCodec }) {
    this.way = way;
    this.clock = parts.clock;
    this.embedded = parts.embedded;
    this.codec = parts.codec;
    this.metrics = createMetrics({ process: false });
  }

  /** A bus and a store in memory, gone after the test with all that runs on them. */
  static async open(test: TestContext, way: Way, { partitions = 2 }: { readonly partitions?: number } = {}): Promise<World> {
    const clock = manualClock();
    const embedded = openEmbedded({ file: ":memory:", clock, random, log: logInto([]) });
    const schemas = loadSchemas(SCHEMAS);
    const codec = createCodec({ schemas, registry: await fileRegistry({ schemas, storage: embedded.store.settings }), ids });
    await codec.register();
    await embedded.bus.admin.ensureTopics(TOPICS.map((topic) => ({ topic, partitions })));
    const world = new World(way, { clock, embedded, codec });
    await world.#listen();
    test.after(() => world.#close());
    return world;
  }

  async #listen(): Promise<void> {
    const wants = new Set(this.codec.events.map(({ name }) => name));
    const quiet = { onAssigned: () => {}, onRevoked: () => {}, onHealth: () => {} };
    const subscription = await this.embedded.bus.subscribe({
      group: "onlooker",
      topics: TOPICS,
      ...quiet,
      onBatch: async (batch) => {
        for (const record of batch.records) {
          const decoded = await this.codec.decode(record, wants);
          if (decoded.kind === "event") this.heard.push(decoded.fact);
        }
        subscription.settle(batch);
      },
    });
  }

  /** A process of the owner; `start` joins its group. */
  process(
    options: {
      readonly fold?: DocumentFold;
      readonly limits?: Partial<EngineLimits>;
      readonly coPartitioned?: boolean;
      readonly codec?: Codec;
    } = {},
  ): Process {
    const faults = noFaults();
    const { bus, store, work } = this.embedded;
    const mortalPorts = mortal({ bus, store, work: this.way === "atomic" ? work : undefined }, faults);
    const lines: Process["lines"] = [];
    const ports: EnginePorts = {
      ...mortalPorts,
      codec: options.codec ?? this.codec,
      ids,
      clock: this.clock,
      random,
      log: logInto(lines),
      tracing: passThroughTracing(random),
      metrics: this.metrics,
    };
    const { fold = tallyFold(), limits = {}, coPartitioned = true } = options;
    const processor = new Processor({ fold, ports, topics: TOPICS, limits, coPartitioned });
    const process = { processor, faults, ports, mortal: mortalPorts, lines, ready: () => processor.readiness().check().ready };
    this.#processes.push(process);
    return process;
  }

  async started(options: Parameters<World["process"]>[0] = {}): Promise<Process> {
    const process = this.process(options);
    await process.processor.start();
    await this.until(() => process.ready(), "the process is ready");
    return process;
  }

  /** Puts an event onto the bus; `id` of the message, the same for a duplicate. */
  async say(name: string, of: { readonly order: string; readonly id?: string; readonly tenant?: string }): Promise<void> {
    const id = ids.messageId("said", [of.id ?? `${name}-${this.heard.length}-${Math.random()}`]);
    const key = orderId(of.order);
    const payload: Payload = name === "RefundRequested" ? { orderId: key, amount: "1.00", currency: "EUR" } : { orderId: key };
    const envelope = { id, type: name, source: "/test", time: this.clock.now(), tenant: of.tenant ?? "default", correlationId: key };
    await this.embedded.bus.publish([this.codec.encode({ envelope, payload })]);
  }

  async document(order: string): Promise<StoredDocument | undefined> {
    const id = tallyId(orderId(order));
    return (await this.embedded.store.documents(OWNER).load([id])).get(id);
  }

  async tally(order: string): Promise<Tally> {
    return stateOf((await this.document(order))?.state ?? null);
  }

  heardOf(name: string): readonly EventFact[] {
    return this.heard.filter((fact) => fact.name === name);
  }

  async letters(): Promise<readonly DeadLetter[]> {
    return this.embedded.store.deadLetters.list({ group: OWNER, limit: 100 });
  }

  /** Ids of the messages that wait under the key of an order, in order; empty when it is not parked. */
  async parked(order: string): Promise<readonly string[]> {
    const id = tallyId(orderId(order));
    const rows = await this.embedded.store.parked.load(OWNER, id);
    const places = (await this.document(order))?.parked?.places ?? [];
    return places.map((place) => {
      const row = rows.find((one) => recordPlace(one) === recordPlace(place));
      if (row === undefined) throw new Error(`the bytes of ${recordPlace(place)} are missing`);
      return row.headers["ce_id"] ?? "";
    });
  }

  /** What `troupe parked retry` and `drop` write. */
  ask(order: string, asked: ParkedAsk): Promise<boolean> {
    const { store } = this.embedded;
    return askParked({ owner: OWNER, id: tallyId(orderId(order)) }, asked, { store, clock: this.clock, random });
  }

  /** Submits a fact from inside the process, as an HTTP start or the end of a reaction does. */
  submit({ processor, ports }: Process, name: string, of: { readonly order: string; readonly identity: string }): Promise<Json> {
    const span = ports.tracing.serverRequest("POST", "/", {});
    return this.whileTimePasses(processor.submit(tallyId(orderId(of.order)), { kind: "act", name, identity: of.identity, data: {} }, span));
  }

  /** Sum of what the group has not committed. */
  async lag(): Promise<number> {
    const lags = await this.embedded.bus.admin.groupLag(OWNER, TOPICS);
    return lags.reduce((sum, { committed, end }) => sum + end - committed, 0);
  }

  /** Waits for a condition; virtual time goes on by 50 ms a look unless `still`. */
  async until(
    condition: () => boolean | Promise<boolean>,
    what: string,
    { still = false }: { readonly still?: boolean } = {},
  ): Promise<void> {
    await until(
      async () => {
        if (await condition()) return true;
        if (!still) await this.clock.advance(50);
        return false;
      },
      { what, timeoutMs: 5_000 },
    );
  }

  /** Everything said has been folded and its offsets are committed. */
  async settled(): Promise<void> {
    await this.until(async () => (await this.lag()) === 0, "everything is read");
  }

  async kill(process: Process): Promise<void> {
    await process.mortal.kill();
    this.#processes.splice(this.#processes.indexOf(process), 1);
  }

  async stop(process: Process): Promise<void> {
    this.#processes.splice(this.#processes.indexOf(process), 1);
    await this.whileTimePasses(process.processor.stop());
  }

  /** Lets virtual time pass until the promise settles. */
  async whileTimePasses<Result>(work: Promise<Result>): Promise<Result> {
    let open = true;
    const done = work.finally(() => {
      open = false;
    });
    done.catch(() => {}); // the caller gets it below
    while (open) {
      await this.clock.advance(50);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return done;
  }

  async #close(): Promise<void> {
    for (const process of [...this.#processes]) await this.stop(process);
    await this.embedded.close();
  }
}

function logInto(lines: Process["lines"]): Log {
  const at = (level: string) => (fields: LogFields, text: string) => void lines.push({ level, text, fields });
  const log: Log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error"), child: () => log };
  return log;
}
