import type { Core } from "../core.ts";
import type { OffsetMove } from "../groups/group-rows.ts";

export type SettledOffsets = {
  /** Stored in the next transaction, together with all that is settled in the same turn. */
  add(epoch: number, move: OffsetMove): void;
};

/** Refused after a rebalance: then the records come again, which is what the port says. */
export function createSettledOffsets(core: Core, group: string, onFailure: (error: unknown) => void): SettledOffsets {
  let moves: OffsetMove[] = [];
  let of = -1;
  const store = (): void => {
    const [settled, membership] = [moves, { group, epoch: of }];
    moves = [];
    core.commit.enqueue(() => core.groups.storeOffsets(membership, settled)).catch(onFailure);
  };
  const add = (epoch: number, move: OffsetMove): void => {
    if (epoch !== of) moves.length = 0;
    of = epoch;
    if (moves.push(move) === 1) queueMicrotask(store);
  };
  return { add };
}
