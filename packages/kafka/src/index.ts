export type { KafkaLogin, KafkaSecurity } from "./client.ts";
export { type KafkaOptions, openKafka } from "./open-kafka.ts";
