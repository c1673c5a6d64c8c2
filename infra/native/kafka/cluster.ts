import { HOST, type NativeServer } from "../native-server.ts";
import { broker, type Node } from "./broker.ts";

const IDS = [1, 2, 3];
const portsOf = (id: number): Node["ports"] => [19100 + id, 19110 + id, 19120 + id];

/** Three brokers that keep three copies and need two: what a killed leader costs can only be seen here. */
export const kafkaCluster: readonly NativeServer[] = IDS.map((id) =>
  broker({
    name: `kafka-${id}`,
    id,
    ports: portsOf(id),
    proxyPort: 19130 + id,
    voters: IDS.map((voter) => `${voter}@${HOST}:${portsOf(voter)[2]}`),
    clusterId: () => Buffer.from("troupe-cluster-1").toString("base64url"),
  }),
);
