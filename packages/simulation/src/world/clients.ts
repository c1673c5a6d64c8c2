import type { OutboundRecord } from "@troupe/kernel";
import { COORDINATOR } from "@troupe/saga-coordinator/shell";
import { simulatedIds } from "../ports/ids.ts";
import { startOf } from "../stage/cast.ts";
import type { Processes } from "./processes.ts";
import type { Start } from "./scenario.ts";
import type { Surroundings } from "./surroundings.ts";

/** How long a client waits for an answer before it asks again, under the same key. */
const PATIENCE_MILLIS = 3_000;

/** Whoever starts and cancels sagas. */
export class Clients {
  readonly #world: Surroundings;
  readonly #processes: Processes;
  /** Starts that somebody may rely on: answered with 202, or put on the bus. */
  readonly promised = new Set<Start>();

  constructor(world: Surroundings, processes: Processes) {
    this.#world = world;
    this.#processes = processes;
  }

  begin(): void {
    for (const start of this.#world.scenario.starts) {
      this.#world.later(start.atMillis, `a client starts ${start.saga} ${start.key}`, () => this.#start(start));
      const { cancelMillis } = start;
      if (cancelMillis !== undefined) this.#world.later(cancelMillis, `a client cancels ${start.key}`, () => this.#cancel(start));
    }
  }

  #start(start: Start): void {
    if (start.way === "event") {
      this.promised.add(start);
      for (let time = 0; time < start.times; time++) this.#world.append(this.#record(start, startOf(start.saga), { plan: start.plan }));
    } else this.#ask(start);
  }

  #record({ tenant, saga, key }: Start, name: string, payload: { readonly [field: string]: string }): OutboundRecord {
    const { codec, scheduler } = this.#world;
    const id = simulatedIds.messageId("client", [tenant, saga, key, name]);
    const fields = name === "SagaCancelRequested" ? { sagaId: key } : { orderId: key };
    const envelope = { id, type: name, source: "/client", time: scheduler.now, tenant, correlationId: key };
    return codec.encode({ envelope, payload: { ...fields, ...payload } });
  }

  #ask(start: Start): void {
    const { saga, key, plan } = start;
    if (this.promised.has(start)) return;
    const world = this.#world;
    const route = this.#processes.route(world.dice);
    const again = (): void => world.later(PATIENCE_MILLIS, `a client asks again for ${key}`, () => this.#ask(start));
    again();
    if (route === undefined) return;
    const request = {
      params: {},
      query: {},
      headers: { "idempotency-key": `${saga} ${key}` },
      body: { saga: key, definition: saga, plan },
    };
    route.handle(request).then(
      ({ status }) => {
        if (status === 202) this.promised.add(start);
      },
      () => world.count("start refused"),
    );
  }

  /** As the API does: only a saga that is there and has begun can be cancelled. */
  #cancel(start: Start): void {
    const status = this.#world.owner(COORDINATOR).durable(start.document)?.status ?? "awaiting";
    if (status === "awaiting" || status === "unmatched") return;
    this.#world.append(this.#record(start, "SagaCancelRequested", { definition: start.saga, by: "a client", reason: "changed its mind" }));
  }

  /** Every start has been promised to somebody. */
  get satisfied(): boolean {
    return this.promised.size === this.#world.scenario.starts.length;
  }
}
