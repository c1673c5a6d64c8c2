/** A member of the group and the topics that it reads. */
export type Member = { readonly id: string; readonly topics: readonly string[] };
/** Partitions of each topic, by member id. */
export type Assignment = { readonly [member: string]: { readonly [topic: string]: readonly number[] } };

/**
 * Gives partition p of every topic to the same member, so that a saga whose topics are co-partitioned has one writer.
 * Topics of different sizes still meet: partitions are grouped by p modulo the smallest count (engine rule 12),
 * because murmur2(key) mod 8 equal to p implies murmur2(key) mod 4 equal to p mod 4.
 * A member that does not read a topic (rolling upgrade) never gets it.
 */
export function assignPartitions(members: readonly Member[], counts: { readonly [topic: string]: number }): Assignment {
  const sorted = [...members].sort((a, b) => (a.id < b.id ? -1 : 1));
  const assignment: Record<string, Record<string, number[]>> = Object.fromEntries(sorted.map(({ id }) => [id, {}]));
  const smallest = Math.min(...Object.values(counts).filter((count) => count > 0));
  for (const [topic, count] of Object.entries(counts)) {
    const readers = sorted.filter((member) => member.topics.includes(topic));
    for (let partition = 0; partition < count; partition++) {
      const owner = ownerOf(partition % smallest, { sorted, readers });
      if (owner === undefined) continue;
      const topics = assignment[owner.id] ?? {};
      assignment[owner.id] = { ...topics, [topic]: [...(topics[topic] ?? []), partition] };
    }
  }
  return assignment;
}

/** The same group goes to the same member for all topics; only where that one does not read the topic, to another. */
function ownerOf(group: number, { sorted, readers }: { sorted: readonly Member[]; readers: readonly Member[] }): Member | undefined {
  const preferred = sorted[group % sorted.length];
  if (preferred !== undefined && readers.includes(preferred)) return preferred;
  return readers[group % readers.length];
}
