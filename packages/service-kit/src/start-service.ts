import { type EngineLimits, type EnginePorts, Processor } from "@troupe/engine";
import { type HttpRoute, type Json, type ReadinessCheck, TroupeError } from "@troupe/kernel";
import type { EventMap, ServiceDefinition } from "./definition.ts";
import { startRoute } from "./http-start.ts";
import { participantFold } from "./participant-fold.ts";
import { ReactionRunner } from "./run-reactions.ts";

/** A part of a process that serves: what the composition root starts, mounts, asks and stops. */
export type Role = {
  readonly name: string;
  readonly routes: readonly HttpRoute[];
  readonly readiness: readonly ReadinessCheck[];
  start(): Promise<void>;
  /** Drains, commits, leaves the group; resolves when nothing of the role runs any more. */
  stop(): Promise<void>;
};

/** Makes a role of a service definition. Throws EVENT_UNKNOWN when it names an event without a schema. */
export function serviceRole<Events extends EventMap, State extends Json>(
  definition: ServiceDefinition<Events, State>,
  ports: EnginePorts,
  limits: Partial<EngineLimits> = {},
): Role {
  const fold = participantFold(definition, ports);
  checkEvents(definition, ports);
  const topics = [...new Set([...fold.wants].map((name) => ports.codec.describe(name).topic))].sort();
  const runner = new ReactionRunner({ definition, ports, processor: () => processor });
  const processor: Processor = new Processor({ fold, ports, topics, limits, afterDurable: (folded) => runner.afterDurable(folded) });
  const tools = {
    ids: ports.ids,
    now: () => ports.clock.now(),
    randomKey: () => ports.ids.messageId("random", [ports.clock.now(), ports.random.next(), ports.random.next()]),
    tracing: ports.tracing,
    processor,
  };
  return {
    name: definition.name,
    routes: [...(definition.http ?? []).map((start) => startRoute(definition, start, tools)), ...(definition.routes ?? [])],
    readiness: [processor.readiness()],
    start: () => processor.start(),
    stop: async () => {
      await runner.stop();
      await processor.stop();
    },
  };
}

/** A misspelt event name would be waited for in vain: every name must have a schema. */
function checkEvents<Events extends EventMap, State extends Json>(
  { name, publishes, effects }: ServiceDefinition<Events, State>,
  { codec }: EnginePorts,
): void {
  for (const event of publishes) codec.describe(event);
  for (const [effect, rule] of Object.entries(effects ?? {})) {
    for (const event of [...rule.do, ...rule.done, ...rule.undo]) codec.describe(String(event));
    const foreign = rule.done.find((event) => !publishes.some((own) => own === event));
    if (foreign !== undefined) {
      throw new TroupeError("CONFIG_INVALID", {
        key: `${name}.effects.${effect}.done`,
        found: String(foreign),
        allowed: publishes.join(", "),
      });
    }
  }
}
