import { AssignerProtocol, type PartitionAssigner } from "kafkajs";
import { assignPartitions } from "./assignment.ts";

/** All members of a group must name the same protocol, so the name changes when the way of assigning does. */
const NAME = "troupe-modulo-1";

/** assignPartitions as a kafkajs assigner. `assign` runs on the leader of the group. */
export const moduloAssigner: PartitionAssigner = ({ cluster }) => ({
  name: NAME,
  version: 1,
  async assign({ members }) {
    const readers = members.map(({ memberId, memberMetadata }) => ({
      id: memberId,
      topics: AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics ?? [],
    }));
    const topics = [...new Set(readers.flatMap((reader) => reader.topics))].sort();
    await cluster.addMultipleTargetTopics(topics); // the leader may have no metadata of a topic that only others read
    const counts = Object.fromEntries(topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).length]));
    return Object.entries(assignPartitions(readers, counts)).map(([memberId, assigned]) => ({
      memberId,
      memberAssignment: AssignerProtocol.MemberAssignment.encode({
        version: 1,
        assignment: Object.fromEntries(Object.entries(assigned).map(([topic, partitions]) => [topic, [...partitions]])),
        userData: Buffer.alloc(0),
      }),
    }));
  },
  protocol: ({ topics }) => ({
    name: NAME,
    metadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: Buffer.alloc(0) }),
  }),
});
