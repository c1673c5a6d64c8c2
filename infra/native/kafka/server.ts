import { randomBytes } from "node:crypto";
import { HOST } from "../native-server.ts";
import { broker } from "./broker.ts";

const CONTROLLER_PORT = 19093;

/** The one broker that everything but the fault tests of clusters runs on. */
export const kafka = broker({
  name: "kafka",
  id: 1,
  ports: [19092, 19094, CONTROLLER_PORT],
  proxyPort: 19095,
  voters: [`1@${HOST}:${CONTROLLER_PORT}`],
  clusterId,
});

/** 16 random bytes as Kafka's Uuid.toString writes them; like Kafka itself, never with a leading dash (it would read as an option). */
function clusterId(): string {
  const id = randomBytes(16).toString("base64url");
  return id.startsWith("-") ? clusterId() : id;
}
