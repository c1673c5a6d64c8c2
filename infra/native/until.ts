import { setTimeout as pause } from "node:timers/promises";

export type Wait = { readonly seconds: number; readonly everyMillis: number };

/** Asks until the answer is not undefined, or the time is over (then undefined). The first question comes at once. */
export async function until<T>(wait: Wait, question: () => Promise<T | undefined>): Promise<T | undefined> {
  const end = Date.now() + wait.seconds * 1000;
  for (;;) {
    const answer = await question();
    if (answer !== undefined || Date.now() > end) return answer;
    await pause(wait.everyMillis);
  }
}
