import { ask } from "../http.ts";

/** Watches the resident size that a process tells of itself, in bytes; `stop` resolves with the highest. */
export function watchMemory(address: string): { stop(): Promise<number> } {
  let over = false;
  let highest = 0;
  const watching = (async () => {
    while (!over) {
      const { text } = await ask(`${address}/metrics`).catch(() => ({ text: "" })); // the next look tells
      highest = Math.max(highest, Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1] ?? 0));
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    return highest;
  })();
  return {
    stop() {
      over = true;
      return watching;
    },
  };
}
