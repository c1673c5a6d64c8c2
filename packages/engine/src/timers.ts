import type { BusAdmin, Documents } from "@troupe/kernel";
import type { Progress } from "./progress.ts";

/**
 * Ids of documents whose timers are due and may fire by the rule of `Progress.mayFire`, earliest first, at most `limit`.
 * Asks the bus for its ends only when something is due. Rejects when store or bus is away.
 */
export async function fireTimers(options: {
  readonly progress: Progress;
  readonly documents: Documents;
  readonly admin: BusAdmin;
  readonly now: number;
  readonly limit: number;
}): Promise<readonly string[]> {
  const { progress, documents, admin, now, limit } = options;
  const shards = progress.ownedShards();
  if (shards !== null && shards.length === 0) return [];
  const due = await documents.due({ shards, now, limit });
  if (due.length === 0) return [];
  if (due.some((timer) => !progress.mayFire(timer))) await progress.requestEnds(admin, now);
  return due.filter((timer) => progress.mayFire(timer)).map(({ id }) => id);
}
