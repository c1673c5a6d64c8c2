import { type Bus, type Clock, type Log, TroupeError } from "@troupe/kernel";
import { createAdmin } from "./admin.ts";
import { createBrokers } from "./brokers.ts";
import { clientMaker, type KafkaSecurity } from "./client.ts";
import { createPublisher } from "./publisher.ts";
import { superviseSubscription } from "./subscription.ts";

export type KafkaOptions = {
  /** `host:port` of some brokers; the others are found through them. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly security?: KafkaSecurity;
  /** Milliseconds after which the group gives a silent member's partitions away. Default 10,000. */
  readonly sessionTimeoutMs?: number;
  /** Milliseconds without progress after which a consumer is replaced. Default 30,000. */
  readonly stallMs?: number;
  /** Largest value in bytes; default 1,000,000, which fits the broker's default message.max.bytes with key and headers. */
  readonly maxRecordBytes?: number;
};

/**
 * The bus on Apache Kafka (0.11 and newer) through kafkajs. Rejects with BUS_UNREACHABLE within a few seconds when no
 * broker answers.
 */
export async function openKafka(options: KafkaOptions): Promise<Bus> {
  const { clock, log, sessionTimeoutMs = 10_000, stallMs = 30_000, maxRecordBytes = 1_000_000 } = options;
  const address = options.brokers.join(", ");
  const newClient = clientMaker(options);
  const brokers = createBrokers(newClient, address);
  const publisher = createPublisher({ newClient, brokers, address, maxRecordBytes });
  const stops = new Set<() => Promise<void>>();
  let closed = false;
  try {
    await brokers.topics();
  } catch (error) {
    await brokers.close();
    throw error;
  }

  return {
    guarantees: { adapter: "kafka", atomicWork: false, survivesKill: true, multiProcess: true },
    maxRecordBytes,
    admin: createAdmin(brokers),
    async publish(records) {
      if (closed) throw new TroupeError("BUS_UNREACHABLE", { address, reason: "the bus is closed" });
      await publisher.publish(records);
    },
    async subscribe(subscription) {
      const active = await superviseSubscription({ newClient, brokers, clock, log, sessionTimeoutMs, stallMs }, subscription);
      const stop = async (): Promise<void> => {
        stops.delete(stop);
        await active.stop();
      };
      stops.add(stop);
      return { settle: (batch, settleOptions) => active.settle(batch, settleOptions), stop };
    },
    async close() {
      closed = true;
      await Promise.all([...stops].map((stop) => stop()));
      await Promise.all([publisher.close(), brokers.close()]);
    },
  };
}
