import type { Clock, ParkedRows } from "@troupe/kernel";
import type { EngineLimits } from "../engine-ports.ts";
import type { ParkedRoom } from "./parked-queue.ts";

/** How long what the store said is believed: other members of the group park too. */
const BELIEVED_MILLIS = 1_000;

export type ParkingBoundsOptions = {
  readonly owner: string;
  readonly parked: ParkedRows;
  readonly clock: Clock;
  readonly limits: Pick<EngineLimits, "parkedKeys" | "parkedBytes">;
};

/**
 * What all parked keys of an owner may still take. Nothing is asked of the store until something is parked. Several
 * members may each use what was left a second ago, so the bounds are kept to within that.
 */
export class ParkingBounds {
  readonly #options: ParkingBoundsOptions;
  #used = { keys: 0, bytes: 0 };
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ParkingBoundsOptions) {
    this.#options = options;
  }

  /** Without asking: what a tick folds with at first. */
  get unasked(): ParkedRoom {
    return { keys: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
  }

  /** Rejects with STORE_UNREACHABLE. */
  async room(): Promise<ParkedRoom> {
    const { owner, parked, clock, limits } = this.#options;
    const now = clock.now();
    if (now - this.#askedAt >= BELIEVED_MILLIS) {
      this.#used = await parked.totals(owner);
      this.#askedAt = now;
    }
    return { keys: limits.parkedKeys - this.#used.keys, bytes: limits.parkedBytes - this.#used.bytes };
  }

  /** What durable writes took. */
  took(taken: { readonly keys: number; readonly bytes: number }): void {
    this.#used = { keys: this.#used.keys + taken.keys, bytes: this.#used.bytes + taken.bytes };
  }
}
