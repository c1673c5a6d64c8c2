import type { JsonObject, Settings } from "@troupe/kernel";

/** Settings that live as long as the process: for tools and tests that keep no records either. */
export function memorySettings(): Settings {
  const values = new Map<string, JsonObject>();
  return {
    get: async (key) => values.get(key) ?? null,
    put: async (key, value) => {
      values.set(key, value);
    },
    list: async (prefix) =>
      [...values]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => ({ key, value })),
  };
}
