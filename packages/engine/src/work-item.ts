import type { Batch, BusRecord, Fact, Json } from "@troupe/kernel";
import type { Span } from "@troupe/telemetry";

/** Someone waits for the reply of a submitted fact: an HTTP start, the end of a reaction. */
export type Waiter = { resolve(reply: Json): void; reject(error: unknown): void };

/** What an engine is fed: batches from the bus, and facts and due timers from inside the process. */
export type Input =
  | { readonly kind: "batch"; readonly batch: Batch }
  | { readonly kind: "fact"; readonly documentId: string; readonly fact: Fact; readonly span: Span; readonly waiter: Waiter }
  | { readonly kind: "due"; readonly documentId: string };

/** One thing to fold into one document. A due item asks the document itself which timer facts it has. */
export type WorkItem =
  | { readonly kind: "event"; readonly documentId: string; readonly fact: Fact; readonly span: Span; readonly record: BusRecord }
  | { readonly kind: "fact"; readonly documentId: string; readonly fact: Fact; readonly span: Span; readonly waiter: Waiter }
  | { readonly kind: "due"; readonly documentId: string };
