import type { TopicPartition, TopicSpec } from "@troupe/kernel";

export type MemberTopics = { readonly id: number; readonly topics: readonly string[] };

/**
 * Who gets what: partitions are grouped by p mod the smallest partition count (engine rule 12), and a group of partitions
 * goes to one member over all topics, so what belongs together by key stays together. Every process computes the same
 * from the same rows, so nobody has to lead.
 */
export function assign(members: readonly MemberTopics[], topics: readonly TopicSpec[]): ReadonlyMap<number, readonly TopicPartition[]> {
  const inOrder = [...members].sort((a, b) => a.id - b.id);
  const smallest = Math.min(...topics.map(({ partitions }) => partitions));
  const assigned = new Map<number, TopicPartition[]>(inOrder.map(({ id }) => [id, []]));
  for (const { topic, partitions } of topics) {
    const eligible = inOrder.filter((member) => member.topics.includes(topic));
    for (let partition = 0; partition < partitions; partition++) {
      const member = eligible[(partition % smallest) % eligible.length];
      if (member !== undefined) assigned.get(member.id)?.push({ topic, partition });
    }
  }
  return assigned;
}
