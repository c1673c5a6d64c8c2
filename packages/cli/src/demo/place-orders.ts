import { type Clock, reasonOf } from "@troupe/kernel";
import { makeOrder } from "./make-order.ts";

/** `accepted`: ids of the orders that were answered 202; a repeated request gives the id of the first. */
export type Placed = { readonly accepted: ReadonlySet<string>; readonly refused: readonly string[] };

type Answer = { readonly orderId: string } | { readonly problem: string };

/**
 * Places orders over HTTP, a few at a time, each with its Idempotency-Key; what the server turns away for now is tried
 * again. Stops early when `signal` aborts. Never rejects: what was refused is in the result.
 */
export async function placeOrders(options: {
  readonly address: string;
  readonly seed: number;
  readonly from: number;
  readonly count: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onAccepted: (orderId: string) => void;
}): Promise<Placed> {
  const { from, count, signal } = options;
  const refused: string[] = [];
  const accepted = new Set<string>();
  let next = from;
  const worker = async (): Promise<void> => {
    while (next < from + count && !signal.aborted) {
      const answer = await placeOne(options, next++);
      if ("orderId" in answer) {
        accepted.add(answer.orderId);
        options.onAccepted(answer.orderId);
      } else if (!signal.aborted) refused.push(answer.problem);
    }
  };
  await Promise.all(Array.from({ length: Math.min(8, count) }, worker));
  return { accepted, refused };
}

const TRIES = 30;

async function placeOne(
  {
    address,
    seed,
    clock,
    signal,
  }: { readonly address: string; readonly seed: number; readonly clock: Clock; readonly signal: AbortSignal },
  index: number,
): Promise<Answer> {
  const order = makeOrder(seed, index);
  let problem = "";
  for (let attempt = 1; attempt <= TRIES && !signal.aborted; attempt++) {
    try {
      const response = await fetch(`${address}/orders`, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": order.idempotencyKey },
        body: JSON.stringify(order.body),
        signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
      });
      const text = await response.text();
      if (response.status === 202) return { orderId: (JSON.parse(text) as { readonly orderId: string }).orderId }; // the contract of POST /orders
      problem = `${order.idempotencyKey}: ${response.status} ${text}`;
      if (response.status < 500 && response.status !== 429) return { problem };
    } catch (error) {
      problem = `${order.idempotencyKey}: ${reasonOf(error)}`;
    }
    await clock.sleep(Math.min(200 * attempt, 2_000), signal); // the same key: repeating it starts nothing twice
  }
  return { problem };
}
