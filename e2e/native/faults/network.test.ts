import { test } from "node:test";
import { type BadNetwork, badNetwork } from "../../support/faults/bad-network.ts";
import { KAFKA_PROTOCOL, MONGO_PROTOCOL } from "../../support/faults/frames.ts";
import { survive } from "../../support/faults/outage.ts";
import type { Scope } from "../../support/troupe.ts";

/** The broker tells clients that come in by port 19094 that it is to be found at 19095 (infra/native/kafka/server.ts). */
const kafkaProxy = (scope: Scope): Promise<BadNetwork> => badNetwork(scope, { port: 19095, target: 19094, protocol: KAFKA_PROTOCOL });
const mongoProxy = (scope: Scope): Promise<BadNetwork> => badNetwork(scope, { port: 0, target: 27117, protocol: MONGO_PROTOCOL });
const throughKafka = ({ port }: BadNetwork) => ({ TROUPE_KAFKA_BROKERS: `127.0.0.1:${port}` });
const throughMongo = ({ port }: BadNetwork) => ({ TROUPE_MONGO_URL: `mongodb://127.0.0.1:${port}/?directConnection=true` });

const NETWORKS = [
  { server: "Kafka", open: kafkaProxy, env: throughKafka, reason: /broker|ECONN|onnection/ },
  { server: "MongoDB", open: mongoProxy, env: throughMongo, reason: /STORE_UNREACHABLE/ },
];

for (const { server, open, env, reason } of NETWORKS) {
  test(`a network to ${server} that breaks and is mended loses and doubles nothing`, async (t) => {
    const network = await open(t);
    await survive(t, { env: env(network), begin: () => network.cut(), end: () => network.heal(), seconds: 5, reason });
  });

  test(`a network to ${server} in which nothing passes any more, although connections stay, loses and doubles nothing`, async (t) => {
    const network = await open(t);
    await survive(t, { env: env(network), begin: async () => network.silence(), end: () => network.heal(), seconds: 25, reason });
  });

  test(`a network to ${server} that answers half a second late loses and doubles nothing`, async (t) => {
    const network = await open(t);
    await survive(t, { env: env(network), begin: async () => network.delay(500), end: () => network.heal(), seconds: 8 });
  });
}

/** Kinds of requests whose reply is lost, each several times in one run. */
const LOST = [
  { server: "Kafka", open: kafkaProxy, env: throughKafka, kind: "produce" },
  { server: "Kafka", open: kafkaProxy, env: throughKafka, kind: "offset commit" },
  { server: "MongoDB", open: mongoProxy, env: throughMongo, kind: "update" },
];

for (const { server, open, env, kind } of LOST) {
  test(`replies of ${server} to ${kind} requests that it has carried out are lost, five times: no record or document is lost or doubled`, async (t) => {
    const network = await open(t);
    const begin = async (): Promise<void> => {
      for (const nth of [1, 2, 3, 5, 8]) await network.loseReply(kind, nth);
    };
    await survive(t, { env: env(network), begin, end: async () => {}, seconds: 0 });
  });
}
