/** What was read inside transactions and holds until somebody else commits or a transaction is rolled back. */
export type Caches = {
  readonly topics: Map<string, TopicRow>;
  /** Next offset by `topic id * 65536 + partition`. */
  readonly heads: Map<number, number>;
  readonly names: Map<string, number>;
  /** Generation by group id. */
  readonly generations: Map<number, number>;
  forget(): void;
};
export type TopicRow = { readonly id: number; readonly name: string; readonly partitions: number };

export function createCaches(): Caches {
  const [topics, heads] = [new Map<string, TopicRow>(), new Map<number, number>()];
  const [names, generations] = [new Map<string, number>(), new Map<number, number>()];
  const forget = (): void => {
    for (const cache of [topics, heads, names, generations]) cache.clear();
  };
  return { topics, heads, names, generations, forget };
}
