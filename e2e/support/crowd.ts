import { placeOrder } from "./sagas.ts";
import type { Scope } from "./troupe.ts";
import { cleanUp } from "./troupe.ts";

/** Customers that keep ordering while something happens. */
export type Crowd = {
  /** Ids of the orders that were accepted so far. */
  readonly accepted: readonly string[];
  /** Ends the flow; resolves when the last answer is there. Rejects when an order was refused. */
  stop(): Promise<readonly string[]>;
};

/** Places good orders one after the other, `customers` at a time, until stopped. */
export function crowd(scope: Scope, address: string, customers = 4): Crowd {
  const accepted: string[] = [];
  let over = false;
  const customer = async (): Promise<void> => {
    while (!over) accepted.push(await placeOrder(address));
  };
  const all = Promise.all(Array.from({ length: customers }, customer));
  all.catch(() => {}); // `stop` tells
  const stop = async (): Promise<readonly string[]> => {
    over = true;
    await all;
    return accepted;
  };
  cleanUp(scope, () => {
    over = true;
  });
  return { accepted, stop };
}
