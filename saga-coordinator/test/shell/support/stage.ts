import type { TestContext } from "node:test";
import type { EventCodec } from "@troupe/codec";
import { type Embedded, openEmbedded } from "@troupe/embedded";
import type { EnginePorts } from "@troupe/engine";
import { type Documents, documentId, type EventFact, type Payload, type StoredDocument } from "@troupe/kernel";
import type { Role } from "@troupe/service-kit";
import { createMetrics, passThroughTracing } from "@troupe/telemetry";
import { type ManualClock, manualClock, until } from "@troupe/testing";
import { ALIASES } from "../../../src/shell/alias-fold.ts";
import { coordinatorRole } from "../../../src/shell/roles.ts";
import { COORDINATOR } from "../../../src/shell/saga-fold.ts";
import { filesOf, ids, type Line, logInto, orderId, releaseSaga, shopCodec } from "./releases.ts";

const TOPICS = ["orders", "inventory", "payments", "shipping", "troupe.sagas", "troupe.control", "troupe.control"];
const random = { next: Math.random };

type Options = { readonly tenants?: readonly string[] };

/** A coordinator on a bus and store in memory, with an onlooker who hears everything. Gone after the test. */
export class Stage {
  readonly clock: ManualClock;
  readonly heard: EventFact[] = [];
  readonly lines: Line[] = [];
  readonly documents: Documents;
  /** Replaces a definition file; null removes it. Read at the next start. */
  readonly write: (name: string, text: string | null) => void;
  readonly #sagas: ReturnType<typeof filesOf>;
  readonly #embedded: Embedded;
  readonly #codec: EventCodec;
  #role: Role | undefined;
  #options: Options = {};

  private constructor(parts: {
    readonly clock: ManualClock;
    readonly embedded: Embedded;
    readonly codec: EventCodec;
    readonly sagas: ReturnType<typeof filesOf>;
  }) {
    this.clock = parts.clock;
    this.documents = parts.embedded.store.documents(COORDINATOR);
    this.write = parts.sagas.write;
    this.#sagas = parts.sagas;
    this.#embedded = parts.embedded;
    this.#codec = parts.codec;
  }

  static async open(test: TestContext): Promise<Stage> {
    const clock = manualClock();
    const embedded = openEmbedded({ file: ":memory:", clock, random, log: logInto([]) });
    const codec = await shopCodec(embedded.store.settings);
    await embedded.bus.admin.ensureTopics(TOPICS.map((topic) => ({ topic, partitions: 1 })));
    const stage = new Stage({ clock, embedded, codec, sagas: filesOf({ "release.saga.yaml": releaseSaga() }) });
    await stage.#listen();
    test.after(async () => {
      await stage.stop();
      await embedded.close();
    });
    return stage;
  }

  async #listen(): Promise<void> {
    const wants = new Set(this.#codec.events.map(({ name }) => name));
    const quiet = { onAssigned: () => {}, onRevoked: () => {}, onHealth: () => {} };
    const subscription = await this.#embedded.bus.subscribe({
      group: "onlooker",
      topics: TOPICS,
      ...quiet,
      onBatch: async (batch) => {
        for (const record of batch.records) {
          const decoded = await this.#codec.decode(record, wants);
          if (decoded.kind === "event") this.heard.push(decoded.fact);
        }
        subscription.settle(batch);
      },
    });
  }

  async start(options: Options = {}): Promise<void> {
    this.#options = options;
    const tools = { ids, clock: this.clock, random, log: logInto(this.lines), tracing: passThroughTracing(random) };
    const ports: EnginePorts = { ...this.#embedded, ...tools, codec: this.#codec, metrics: createMetrics({ process: false }) };
    const role = await coordinatorRole(ports, { definitions: this.#sagas.files(), ...options });
    this.#role = role;
    await role.start();
    await this.until(() => role.readiness.every((check) => check.check().ready), "the coordinator is ready");
  }

  async stop(): Promise<void> {
    let open = this.#role !== undefined;
    const stopping = this.#role?.stop().finally(() => {
      open = false;
    });
    this.#role = undefined;
    while (open) await this.clock.advance(50);
    await stopping;
  }

  /** The coordinator is gone for so long: nobody polls meanwhile, so virtual days cost nothing. */
  async away(millis: number): Promise<void> {
    await this.stop();
    await this.clock.advance(millis);
    await this.start(this.#options);
  }

  async aliasStatus(definition: string, key: string): Promise<string | undefined> {
    const id = documentId({ tenant: "default", definition, key });
    return (await this.#embedded.store.documents(ALIASES).load([id])).get(id)?.status;
  }

  /** Puts an event of an order onto the bus; returns its message id. */
  async say(name: string, payload: Payload = {}, order = "a"): Promise<string> {
    const id = ids.messageId("said", [name, order, this.heard.length]);
    const key = orderId(order);
    const envelope = { id, type: name, source: "/test", time: this.clock.now(), tenant: "default", correlationId: key };
    await this.#embedded.bus.publish([this.#codec.encode({ envelope, payload: { orderId: key, ...payload } })]);
    return id;
  }

  /** Puts any event onto the bus, as somebody else's. */
  async tell(name: string, payload: Payload, about: { readonly correlationId?: string; readonly role?: string } = {}): Promise<void> {
    const id = ids.messageId("told", [name, this.heard.length]);
    const envelope = { id, type: name, source: "/test", time: this.clock.now(), tenant: "default", ...about };
    await this.#embedded.bus.publish([this.#codec.encode({ envelope, payload })]);
  }

  async statusOf(definition: string, order = "a"): Promise<string | undefined> {
    const id = documentId({ tenant: "default", definition, key: orderId(order) });
    return (await this.documents.load([id])).get(id)?.status;
  }

  async document(order = "a"): Promise<StoredDocument | undefined> {
    const id = documentId({ tenant: "default", definition: "release", key: orderId(order) });
    return (await this.documents.load([id])).get(id);
  }

  heardOf(name: string): readonly EventFact[] {
    return this.heard.filter((fact) => fact.name === name);
  }

  /** Waits for a condition while virtual time goes on. */
  async until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
    await until(
      async () => {
        if (await condition()) return true;
        await this.clock.advance(50);
        return false;
      },
      { what, timeoutMs: 5_000 },
    );
  }

  /** The coordinator has read everything that was said. */
  async settled(): Promise<void> {
    await this.until(async () => {
      const lags = await this.#embedded.bus.admin.groupLag(COORDINATOR, ["inventory", "shipping"]);
      return lags.every(({ committed, end }) => committed === end);
    }, "everything is read");
  }
}
