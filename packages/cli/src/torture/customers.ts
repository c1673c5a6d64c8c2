import { setTimeout as wait } from "node:timers/promises";
import { reasonOf } from "@troupe/kernel";
import { makeOrder } from "../demo/make-order.ts";
import type { TortureFiles, TortureRecord } from "./record.ts";

const CUSTOMERS = 6;
/** Sagas under way above which customers wait: the run stays as long as its faults, and its audit short. */
const MOST_OPEN = 150;
const PAUSE_MILLIS = 150;
const PATIENCE_MILLIS = 3_000;

export type CustomersOptions = {
  readonly record: TortureRecord;
  readonly files: TortureFiles;
  /** Addresses at which orders can be placed at the moment. */
  readonly faces: () => readonly string[];
  /** Sagas under way. */
  readonly open: () => number;
  /** Ends the flow: who has no answer yet goes on asking until `gaveUp`. */
  readonly over: AbortSignal;
  readonly gaveUp: AbortSignal;
};

/** Marks whose orders belong to a run. */
export const customerOf = (run: string): string => `torture-${run}`;

/**
 * Customers who order one thing after the other and ask again, at whichever address answers, under the same key, until they
 * are told 202. What they were told is written down at once: it is the account that no process of the platform holds.
 */
export async function placeOrdersUntil(options: CustomersOptions): Promise<void> {
  const { record, over, gaveUp } = options;
  const customer = async (): Promise<void> => {
    while (!over.aborted && !gaveUp.aborted) {
      if (options.open() < MOST_OPEN && options.faces().length > 0) await placeOne(options, record.nextOrder++);
      await pause(PAUSE_MILLIS, over);
    }
  };
  await Promise.all(Array.from({ length: CUSTOMERS }, customer));
}

async function placeOne({ record, files, faces, gaveUp }: CustomersOptions, index: number): Promise<void> {
  const order = makeOrder(record.seed, index);
  const body = JSON.stringify({ ...Object(order.body), customerId: customerOf(record.run) });
  const headers = { "content-type": "application/json", "idempotency-key": `${customerOf(record.run)}-${index}` };
  for (let attempt = 0; !gaveUp.aborted; attempt++) {
    const addresses = faces();
    const answer = await ask(`${addresses[attempt % addresses.length] ?? "http://nobody"}/orders`, { body, headers });
    if (answer.status === 202) return files.accept((JSON.parse(answer.text) as { readonly orderId: string }).orderId); // the contract of POST /orders
    const isFinal = answer.status > 0 && answer.status < 500 && answer.status !== 429;
    if (isFinal) return void record.refused.push(`order ${index}: ${answer.status} ${answer.text}`);
    await pause(PAUSE_MILLIS, gaveUp);
  }
}

/** Status 0 when nobody answers. */
async function ask(url: string, request: { readonly body: string; readonly headers: Record<string, string> }) {
  try {
    const response = await fetch(url, { method: "POST", ...request, signal: AbortSignal.timeout(PATIENCE_MILLIS) });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return { status: 0, text: reasonOf(error) };
  }
}

/** An abort only ends the wait. */
const pause = (millis: number, signal: AbortSignal): Promise<void> => wait(millis, undefined, { signal }).catch(() => {});
