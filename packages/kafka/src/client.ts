import { connect, isIP, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import type { Clock, Log } from "@troupe/kernel";
import { type ISocketFactory, Kafka, type KafkaConfig, type LogEntry, logLevel } from "kafkajs";
import { mendRequestQueue } from "./mend-request-queue.ts";

/** Password login (SASL). */
export type KafkaLogin = {
  readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
  readonly username: string;
  readonly password: string;
};
/** `ca`: PEM certificates to trust besides the system's. */
export type KafkaSecurity = { readonly tls?: { readonly ca?: string }; readonly login?: KafkaLogin };

export type ClientOptions = {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly security?: KafkaSecurity;
};

/** A Kafka instance with connections of its own. */
export type Client = {
  readonly kafka: Kafka;
  /**
   * Lets the consumer, producer or admin of this client take leave, for three seconds at most, then breaks what connections are
   * left and makes no new ones. Never rejects.
   */
  end(takeLeave: () => Promise<unknown>): Promise<void>;
};
/**
 * Makes clients. Every consumer, producer and admin gets its own: two consumers of one instance share a table of
 * committed offsets and spoil each other's, and kafkajs writes its authenticator into the sasl object that it is given.
 */
export type NewClient = (retry?: Retry) => Client;

/** Retries inside kafkajs: pauses in milliseconds double from the first to the longest. */
export type Retry = { readonly initialRetryTime: number; readonly maxRetryTime: number; readonly retries: number };
/**
 * For questions and sends: about 1.5 s. What goes beyond is decided here, where it can be seen and bounded (a new producer,
 * an error for the engine, which tries again).
 */
const SHORT: Retry = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 4 };
/** For consumers: about 5 s, in which a cluster moves a leader or a coordinator, so that no rebalance is needed. */
export const PATIENT: Retry = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 7 };
const CONNECT_MS = 1_500;
const REQUEST_MS = 10_000;
const LEAVE_MS = 3_000;

export function clientMaker(options: ClientOptions): NewClient {
  mendRequestQueue();
  return (retry = SHORT) => {
    const connections = createConnections();
    const kafka = new Kafka({ ...configOf(options), retry: { ...retry }, socketFactory: connections.open });
    return {
      kafka,
      async end(takeLeave) {
        await within(options.clock, { millis: LEAVE_MS, work: takeLeave });
        connections.end();
      },
    };
  };
}

/** What the broker does not confirm in time is given up. */
export async function within(clock: Clock, { millis, work }: { millis: number; work: () => Promise<unknown> }): Promise<void> {
  const done = new AbortController();
  const quietly = work()
    .catch(() => undefined)
    .finally(() => done.abort());
  await Promise.race([quietly, clock.sleep(millis, done.signal)]);
}

const KEEP_ALIVE_MS = 60_000;

/**
 * The sockets of one client. kafkajs forgets one when it connects twice at the same time, as it does after an outage: nobody
 * ends that socket and its timers any more, and the process can't end either.
 */
function createConnections(): { readonly open: ISocketFactory; end(): void } {
  const sockets = new Set<Socket>();
  let ended = false;
  // An error, because that is what makes kafkajs let go of the timers of a connection.
  const breakOff = (socket: Socket): void => void socket.destroy(new Error("the client has ended"));
  return {
    open({ host, port, ssl, onConnect }) {
      const name = isIP(host) === 0 ? { servername: host } : {};
      const secure = ssl as typeof ssl | undefined; // kafkajs passes what it was configured with, which may be nothing
      const socket = secure ? connectSecurely({ host, port, ...name, ...secure }, onConnect) : connect({ host, port }, onConnect);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      if (ended) setImmediate(breakOff, socket); // once kafkajs listens to it
      return socket;
    },
    end() {
      ended = true;
      for (const socket of sockets) breakOff(socket);
    },
  };
}

function configOf({ brokers, clientId, log, security }: ClientOptions): KafkaConfig {
  const config: KafkaConfig = {
    brokers: [...brokers],
    clientId,
    connectionTimeout: CONNECT_MS,
    requestTimeout: REQUEST_MS,
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => passOn(log, entry),
  };
  if (security?.tls !== undefined) config.ssl = security.tls.ca === undefined ? true : { ca: [security.tls.ca] };
  if (security?.login !== undefined) config.sasl = saslOf(security.login);
  return config;
}

/** kafkajs tells mechanisms apart by type, so the object is built for each. */
function saslOf({ mechanism, username, password }: KafkaLogin): NonNullable<KafkaConfig["sasl"]> {
  switch (mechanism) {
    case "plain":
      return { mechanism, username, password };
    case "scram-sha-256":
      return { mechanism, username, password };
    case "scram-sha-512":
      return { mechanism, username, password };
    default:
      return mechanism satisfies never;
  }
}

/** kafkajs logs each try of each retry as an error; for the operator the adapter writes one line per change of state. */
function passOn(log: Log, { namespace, label, log: { message } }: LogEntry): void {
  log.debug({ component: `kafkajs ${namespace}`, level: label }, message);
}
