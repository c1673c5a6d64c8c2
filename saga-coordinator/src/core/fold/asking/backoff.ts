import { murmur2 } from "@troupe/kernel";
import type { Retry } from "../../definition/types.ts";

const encoder = new TextEncoder();

/**
 * Wait before the next sending, in milliseconds: backoff doubled per sending so far, at most `max`, shortened by up to
 * the jitter (a fifth by default). The shortening follows from the message id, so a replay waits as long, yet a thousand sagas that lost the
 * same participant do not all come back in the same millisecond.
 */
export function backoffMillis(retry: Retry, { tries, id }: { tries: number; id: string }): number {
  const doubled = retry.backoffMillis * 2 ** Math.min(tries - 1, 30);
  const full = Math.min(doubled, retry.maxMillis);
  const fraction = (murmur2(encoder.encode(`${id}/${tries}`)) >>> 0) / 2 ** 32;
  return Math.max(1, Math.round(full * (1 - fraction * retry.jitter)));
}
