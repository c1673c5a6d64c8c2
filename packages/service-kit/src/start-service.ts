import { ENGINE_DEFAULTS, type EngineLimits, type EnginePorts, Processor } from "@troupe/engine";
import type { HttpRoute, Json, ReadinessCheck } from "@troupe/kernel";
import { checkService } from "./check-service.ts";
import type { EventMap, ServiceDefinition } from "./definition.ts";
import { startRoute } from "./http/http-start.ts";
import { participantFold } from "./participant-fold.ts";
import { ReactionRunner } from "./reactions/run-reactions.ts";

/** A part of a process that serves: what the composition root starts, mounts, asks and stops. */
export type Role = {
  readonly name: string;
  readonly routes: readonly HttpRoute[];
  readonly readiness: readonly ReadinessCheck[];
  start(): Promise<void>;
  /** Drains, commits, leaves the group; resolves when nothing of the role runs any more. */
  stop(): Promise<void>;
};

/** How long stored ends of reactions are waited for at stop. */
const REACTIONS_AT_STOP_MILLIS = 2_000;

/** Makes a role of a service definition. Throws EVENT_UNKNOWN or CONFIG_INVALID when it contradicts the schemas or itself. */
export function serviceRole<Events extends EventMap, State extends Json>(
  definition: ServiceDefinition<Events, State>,
  ports: EnginePorts,
  limits: Partial<EngineLimits> = {},
): Role {
  checkService(definition, ports.codec);
  const fold = participantFold(definition, ports);
  const events = [...fold.wants].map((name) => ports.codec.describe(name));
  const topics = [...new Set(events.map(({ topic }) => topic))].sort();
  const limit = limits.runningReactions ?? ports.limits?.runningReactions ?? ENGINE_DEFAULTS.runningReactions;
  const runner = new ReactionRunner({ definition, ports, processor: () => processor, limit });
  const processor: Processor = new Processor({
    fold,
    ports,
    topics,
    limits,
    coPartitioned: definition.key === undefined && events.every(({ keyField, correlateField }) => keyField === correlateField),
    afterDurable: (folded) => runner.afterDurable(folded),
    congestion: () => runner.congestion(),
  });
  const randomKey = () => ports.ids.messageId("random", [ports.clock.now(), ports.random.next(), ports.random.next()]);
  const tools = { ids: ports.ids, randomKey, tracing: ports.tracing, processor };
  return {
    name: definition.name,
    routes: [...(definition.http ?? []).map((start) => startRoute(definition, start, tools)), ...(definition.routes ?? [])],
    readiness: [processor.readiness()],
    start: () => processor.start(),
    stop: async () => {
      await runner.stop(REACTIONS_AT_STOP_MILLIS);
      await processor.stop();
    },
  };
}
