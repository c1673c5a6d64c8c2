import { createRequire } from "node:module";

/** What is read and replaced here of the class that kafkajs' types leave out. */
type RequestQueue = { readonly pending: readonly unknown[]; scheduleCheckPendingRequests(): void };

const MENDED = Symbol("request queue without a timer for nothing");

/**
 * kafkajs 2.2.4 has a timer look for requests that wait, and sets it again when there are none, by a time that is negative then: a
 * thousand wake-ups a second for each connection that ever used it, and a TimeoutNegativeWarning of Node 24 (tulios/kafkajs#1751).
 * Requests that wait are looked for at every answer as well, so the timer is set only while there are some. Safe to repeat.
 */
export function mendRequestQueue(): void {
  const found: unknown = createRequire(import.meta.url)("kafkajs/src/network/requestQueue/index.js");
  const { prototype } = found as { readonly prototype: RequestQueue }; // the class of that file
  if (Object.hasOwn(prototype, MENDED)) return;
  const schedule = prototype.scheduleCheckPendingRequests;
  Object.defineProperty(prototype, MENDED, { value: true });
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this);
  };
}
