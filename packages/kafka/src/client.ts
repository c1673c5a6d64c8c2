import type { Log } from "@troupe/kernel";
import { Kafka, type KafkaConfig, type LogEntry, logLevel } from "kafkajs";

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
  readonly log: Log;
  readonly security?: KafkaSecurity;
};

/**
 * Makes Kafka instances. Every consumer, producer and admin gets its own: two consumers of one instance share a table of
 * committed offsets and spoil each other's, and kafkajs writes its authenticator into the sasl object that it is given.
 */
export type NewClient = (retry?: Retry) => Kafka;

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

export function clientMaker(options: ClientOptions): NewClient {
  return (retry = SHORT) => new Kafka({ ...configOf(options), retry: { ...retry } });
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
