export type Patience = { readonly withinMs?: number; readonly everyMs?: number };

/**
 * Asks until the answer is neither undefined nor false, and returns it. What `probe` throws counts as "not yet".
 * Rejects after `withinMs` (default 30 s) with what was awaited and what was seen last.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  patience: Patience = {},
): Promise<T> {
  const { withinMs = 30_000, everyMs = 50 } = patience;
  const end = performance.now() + withinMs;
  let last = "nothing";
  for (;;) {
    try {
      const found = await probe();
      if (found !== undefined && found !== false) return found;
      last = String(found);
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (performance.now() > end) throw new Error(`awaited for ${withinMs / 1000} s: ${what}; seen last: ${last}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** The value of a promise that has to settle in time. Rejects with what was awaited. */
export async function within<T>(what: string, millis: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`awaited for ${millis / 1000} s: ${what}`)), millis);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
