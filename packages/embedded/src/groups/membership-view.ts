import type { AssignedPartition } from "@troupe/kernel";
import type { Core } from "../core.ts";
import { assign } from "./assignor.ts";

/** What a member has. `assignment` is undefined when the member was removed. */
export type MembershipView = { readonly epoch: number; readonly assignment: readonly AssignedPartition[] | undefined };

/** Epoch, assignment and positions as of one moment: a read transaction keeps other processes out of it. */
export function viewMembership(core: Core, groupId: number, member: number): MembershipView {
  core.file.exec("begin");
  try {
    return { epoch: core.groups.generation(groupId), assignment: assignmentOf(core, groupId, member) };
  } finally {
    core.file.exec("commit");
  }
}

function assignmentOf({ members, groups, logRows }: Core, groupId: number, member: number): readonly AssignedPartition[] | undefined {
  const all = members.ofGroup(groupId);
  const topics = [...new Set(all.flatMap((one) => one.topics))].sort();
  const specs = topics.map((topic) => ({ topic, partitions: logRows.topic(topic)?.partitions ?? 0 }));
  const own = assign(all, specs).get(member);
  return own?.map(({ topic, partition }) => ({
    topic,
    partition,
    position: groups.committed(groupId, logRows.topic(topic)?.id ?? -1, partition),
  }));
}
