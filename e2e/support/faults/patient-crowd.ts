import { randomUUID } from "node:crypto";
import { ask } from "../http.ts";
import { orderBody } from "../sagas.ts";
import { cleanUp, type Scope } from "../troupe.ts";

/** Customers who come back under the same key when they are turned away, as the HTTP API asks of them. */
export type PatientCrowd = {
  /** Ids of the orders that were accepted so far. */
  readonly accepted: readonly string[];
  /** How often which status came back; `silence` when no answer came in time. */
  readonly answers: ReadonlyMap<number | "silence", number>;
  /** Statuses without the header that says when to come back, and other answers that nobody should get. */
  readonly rude: readonly string[];
  /** Ends the flow; resolves with what was accepted once every order on its way is. */
  stop(): Promise<readonly string[]>;
};

const COME_BACK_MILLIS = 100;
/** Between two orders of a customer: some ten orders a second, so that what is seen after an outage is the recovery and not a backlog. */
const THINK_MILLIS = 350;

/** Places good orders one after the other, `customers` at a time, until stopped. */
export function patientCrowd(scope: Scope, address: string, customers = 4): PatientCrowd {
  const accepted: string[] = [];
  const rude: string[] = [];
  const answers = new Map<number | "silence", number>();
  let over = false;
  let abandoned = false;
  const count = (answer: number | "silence"): void => void answers.set(answer, (answers.get(answer) ?? 0) + 1);

  async function placeOnce(key: string): Promise<string | undefined> {
    try {
      const answer = await ask(`${address}/orders`, { headers: { "idempotency-key": key }, body: orderBody() });
      count(answer.status);
      if (answer.status === 202) return (answer.json as { readonly orderId: string }).orderId; // contract of POST /orders
      const polite = answer.status === 503 || (answer.status === 429 && answer.headers.has("retry-after"));
      if (!polite) rude.push(`${answer.status} ${answer.text}`);
    } catch {
      count("silence");
    }
    return undefined;
  }

  async function customer(): Promise<void> {
    while (!over) {
      const key = `fault-${randomUUID()}`;
      for (;;) {
        if (abandoned) return;
        const id = await placeOnce(key);
        if (id !== undefined) {
          accepted.push(id);
          break;
        }
        await pause(COME_BACK_MILLIS);
      }
      await pause(THINK_MILLIS);
    }
  }

  const all = Promise.all(Array.from({ length: customers }, customer));
  cleanUp(scope, () => {
    over = true;
    abandoned = true;
  });
  return {
    accepted,
    answers,
    rude,
    async stop() {
      over = true;
      await all;
      return accepted;
    },
  };
}

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));
