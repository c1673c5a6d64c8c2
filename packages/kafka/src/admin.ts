import type { BusAdmin, TopicSpec } from "@troupe/kernel";
import type { Brokers } from "./brokers.ts";

/** The administrative part of the port. */
export function createAdmin(brokers: Brokers): BusAdmin {
  return {
    topics: () => brokers.topics(),
    ensureTopics: (specs) => ensureTopics(brokers, specs),
    async endOffsets(topics) {
      const ranges = await brokers.ranges(topics);
      return ranges.map(({ topic, partition, end }) => ({ topic, partition, end }));
    },
    async groupLag(group, topics) {
      const positions = await brokers.positions(group, topics);
      return positions.map(({ topic, partition, committed, position, end }) => ({
        topic,
        partition,
        committed: committed ?? position,
        end,
      }));
    },
  };
}

/** Two processes may create the same topic at once: the loser finds it there and takes it as it is. */
async function ensureTopics(brokers: Brokers, specs: readonly TopicSpec[]): Promise<readonly TopicSpec[]> {
  if (specs.length === 0) return [];
  const existing = new Set((await brokers.topics()).map(({ topic }) => topic));
  const missing = specs.filter(({ topic }) => !existing.has(topic));
  if (missing.length > 0) await createMissing(brokers, missing);
  return brokers.known(specs.map(({ topic }) => topic));
}

async function createMissing(brokers: Brokers, missing: readonly TopicSpec[]): Promise<void> {
  try {
    await brokers.create(missing);
  } catch (error) {
    const now = new Set((await brokers.topics()).map(({ topic }) => topic));
    if (!missing.every(({ topic }) => now.has(topic))) throw error;
  }
}
