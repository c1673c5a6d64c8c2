import { createHash } from "node:crypto";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { createCodec, type EventCodec, fileRegistry, loadSchemas } from "@troupe/codec";
import { type Embedded, openEmbedded } from "@troupe/embedded";
import { type EngineLimits, type EnginePorts, redrive } from "@troupe/engine";
import {
  createIds,
  type DeadLetter,
  documentId,
  type EventFact,
  type HttpResponse,
  type Json,
  type Log,
  type Payload,
  type Subscription,
  type Uuid,
} from "@troupe/kernel";
import type { EventPayloads } from "@troupe/schemas";
import { type ParticipantState, type Role, readParticipantState, type ServiceDefinition, serviceRole } from "@troupe/service-kit";
import { createMetrics, passThroughTracing } from "@troupe/telemetry";
import { type ManualClock, manualClock, until } from "@troupe/testing";

export type LabEvents = EventPayloads;
export type LabDefinition = ServiceDefinition<LabEvents, Json>;

const TOPICS = ["orders", "inventory", "payments", "shipping"];
const SCHEMAS = fileURLToPath(new URL("../../../../schemas", import.meta.url));
const random = { next: Math.random };
export const ids = createIds((data) => createHash("sha256").update(data).digest());
export const orderId = (name: string): Uuid => ids.messageId("test", [name]) as Uuid; // messageId makes UUIDs

export type Running = { readonly role: Role; kill(): Promise<void> };

/** One bus and store in memory, services on it as processes that can be killed, and an onlooker who hears everything. */
export class Lab {
  readonly clock: ManualClock;
  readonly codec: EventCodec;
  readonly heard: EventFact[] = [];
  readonly lines: { readonly level: string; readonly text: string }[];
  readonly #embedded: Embedded;
  readonly #running = new Set<Role>();

  private constructor(parts: { clock: ManualClock; codec: EventCodec; embedded: Embedded; lines: Lab["lines"] }) {
    this.clock = parts.clock;
    this.codec = parts.codec;
    this.lines = parts.lines;
    this.#embedded = parts.embedded;
  }

  static async open(test: TestContext): Promise<Lab> {
    const clock = manualClock();
    const lines: Lab["lines"] = [];
    const embedded = openEmbedded({ file: ":memory:", clock, random, log: logInto([]) });
    const schemas = loadSchemas(SCHEMAS);
    const codec = createCodec({ schemas, registry: await fileRegistry({ schemas, storage: embedded.store.settings }), ids });
    await codec.register();
    await embedded.bus.admin.ensureTopics(TOPICS.map((topic) => ({ topic, partitions: 1 })));
    const lab = new Lab({ clock, codec, embedded, lines });
    await lab.#listen();
    test.after(() => lab.#close());
    return lab;
  }

  async #listen(): Promise<void> {
    const wants = new Set(this.codec.events.map(({ name }) => name));
    const quiet = { onAssigned: () => {}, onRevoked: () => {}, onHealth: () => {} };
    const subscription = await this.#embedded.bus.subscribe({
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

  /** A process of the service, started and with its partitions. After `kill` nothing of it reaches the world any more. */
  async run(definition: LabDefinition, limits: Partial<EngineLimits> = {}): Promise<Running> {
    const { work, bus, store } = this.#embedded;
    const subscriptions: Subscription[] = [];
    let dead = false;
    const ports: EnginePorts = {
      work: { commitWork: (given) => (dead ? new Promise(() => {}) : work.commitWork(given)) },
      bus: {
        ...bus,
        subscribe: async (options) => {
          const subscription = await bus.subscribe(options);
          subscriptions.push(subscription);
          return subscription;
        },
      },
      store,
      codec: this.codec,
      ids,
      clock: this.clock,
      random,
      log: logInto(this.lines),
      tracing: passThroughTracing(random),
      metrics: createMetrics({ process: false }),
    };
    const role = serviceRole(definition, ports, limits);
    this.#running.add(role);
    await role.start();
    await this.until(() => role.readiness.every((check) => check.check().ready), "the service is ready");
    const kill = async (): Promise<void> => {
      dead = true;
      this.#running.delete(role);
      await Promise.all(subscriptions.map((subscription) => subscription.stop()));
    };
    return { role, kill };
  }

  async stop({ role }: Running): Promise<void> {
    this.#running.delete(role);
    await this.whileTimePasses(role.stop());
  }

  async say<Name extends keyof LabEvents & string>(
    name: Name,
    payload: LabEvents[Name],
    of: { readonly id?: string; readonly effect?: string; readonly traceparent?: string } = {},
  ): Promise<string> {
    const id = ids.messageId("said", [of.id ?? Math.random().toString()]);
    const { orderId: correlationId } = payload as unknown as { readonly orderId: Uuid }; // the lab's events all have one
    const { effect, traceparent } = of;
    const envelope = {
      ...{ id, type: name, source: "/test", time: this.clock.now(), tenant: "default", correlationId },
      ...(effect === undefined ? {} : { effect }),
      ...(traceparent === undefined ? {} : { traceparent }),
    };
    await this.#embedded.bus.publish([this.codec.encode({ envelope, payload: payload as unknown as Payload })]); // payload types are made of Values
    return id;
  }

  async participant(service: string, order: string): Promise<ParticipantState | undefined> {
    const id = documentId({ tenant: "default", definition: service, key: orderId(order) });
    const document = (await this.#embedded.store.documents(service).load([id])).get(id);
    return document === undefined ? undefined : readParticipantState(document.state);
  }

  /** What `troupe dead-letters redrive --all --yes` does. */
  async redrive(): Promise<void> {
    const { bus, store } = this.#embedded;
    await redrive(await this.letters(), { bus, deadLetters: store.deadLetters });
  }

  letters(): Promise<readonly DeadLetter[]> {
    return this.#embedded.store.deadLetters.list({ limit: 100 });
  }

  heardOf(name: string): readonly EventFact[] {
    return this.heard.filter((fact) => fact.name === name);
  }

  /** Asks the first route of the role, as an HTTP face does after validation. */
  post({ role }: Running, body: Json, headers: { readonly [name: string]: string } = {}): Promise<HttpResponse> {
    const [route] = role.routes;
    if (route === undefined) throw new TypeError("the service has a route");
    return this.whileTimePasses(route.handle({ params: {}, query: {}, headers, body }));
  }

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

  async settled(service: string): Promise<void> {
    await this.until(async () => {
      const lags = await this.#embedded.bus.admin.groupLag(service, TOPICS);
      return lags.filter(({ topic }) => topic !== "payments").every(({ committed, end }) => committed === end);
    }, `${service} has read everything`);
  }

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
    for (const role of this.#running) await this.whileTimePasses(role.stop());
    await this.#embedded.close();
  }
}

function logInto(lines: Lab["lines"]): Log {
  const at = (level: string) => (_: unknown, text: string) => void lines.push({ level, text });
  const log: Log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error"), child: () => log };
  return log;
}
