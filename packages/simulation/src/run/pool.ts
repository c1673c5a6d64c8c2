import { Worker } from "node:worker_threads";
import type { Found, Said, Work } from "./messages.ts";

export type Sum = {
  readonly seeds: number;
  readonly steps: number;
  readonly found: readonly Found[];
  readonly counts: ReadonlyMap<string, number>;
};

export type PoolOptions = {
  readonly works: readonly Work[];
  readonly heard?: (sum: Sum) => void;
  /** Aborted: no world begins any more. */
  readonly stop?: AbortSignal;
};

/** Worlds are made and dropped all the time: a large nursery saves a tenth of the time. */
const YOUNG_MEGABYTES = 128;

/** Runs each work in a thread of its own, all at once. Rejects with what a thread died of. */
export async function runPool({ works, heard = () => {}, stop }: PoolOptions): Promise<Sum> {
  const last = works.map((): Said => ({ ended: false, seeds: 0, steps: 0, found: [], counts: [] }));
  await Promise.all(
    works.map((work, at) =>
      runWorker(work, stop, (said) => {
        last[at] = said;
        heard(sumOf(last));
      }),
    ),
  );
  return sumOf(last);
}

function runWorker(work: Work, stop: AbortSignal | undefined, heard: (said: Said) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), {
      workerData: work,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    const onStop = (): void => worker.postMessage("stop");
    stop?.addEventListener("abort", onStop, { once: true });
    worker.on("message", heard);
    worker.on("error", reject);
    worker.on("exit", (code) => {
      stop?.removeEventListener("abort", onStop);
      if (code === 0) resolve();
      else reject(new Error(`a thread of the simulation ended with code ${code}`));
    });
  });
}

function sumOf(all: readonly Said[]): Sum {
  const counts = new Map<string, number>();
  for (const said of all) for (const [what, count] of said.counts) counts.set(what, (counts.get(what) ?? 0) + count);
  const add = (of: (said: Said) => number): number => all.reduce((sum, said) => sum + of(said), 0);
  return { seeds: add(({ seeds }) => seeds), steps: add(({ steps }) => steps), found: all.flatMap(({ found }) => found), counts };
}
