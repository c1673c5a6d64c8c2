import { type Fact, type Json, reasonOf, type StoredDocument, TroupeError } from "@troupe/kernel";
import type { ProducerSpan, Span } from "@troupe/telemetry";
import type { DocumentFold, Notice } from "../document-fold.ts";
import type { EngineLimits, EnginePorts } from "../engine-ports.ts";
import type { ParkedQueue, ParkedRoom } from "../parking/parked-queue.ts";
import type { Waiter, WorkItem } from "../work-item.ts";
import type { PlannedWrite } from "./plan-write.ts";

/** Everything that folding one document's items decided. Nothing of it has happened yet. */
export type FoldedDocument = {
  readonly id: string;
  readonly items: readonly WorkItem[];
  /** Undefined when only duplicates or failures came: then nothing is written and nothing published. */
  readonly planned: PlannedWrite | undefined;
  readonly failures: readonly FailedItem[];
  readonly replies: readonly { readonly waiter: Waiter; readonly reply: Json }[];
  readonly runs: readonly Json[];
  readonly notices: readonly Notice[];
  /** Ended when all is durable; `work` spans are discarded when the fold lost its race, and take their producers with them. */
  readonly spans: { readonly work: readonly WorkSpan[]; readonly produced: readonly ProducerSpan[] };
  readonly duplicates: number;
  readonly applied: number;
  readonly timersFired: number;
  /** What its parked records took: more or fewer keys, bytes and rows than before. */
  readonly parked: ParkedQueue["taken"];
  /** Its timers were to fire, and none did although it is due: it would be due again at once. */
  readonly timerHeld: boolean;
};
export type WorkSpan = { readonly span: Span; readonly error: TroupeError | undefined };
/** A fact on its way into the document. `again`: it was folded before, and only what it had set going begins once more, under this identity. */
export type ToApply = { readonly fact: Fact; readonly span: Span; readonly again?: string | undefined };
export type FailedItem = { readonly item: WorkItem; readonly error: TroupeError };

export type FoldEnvironment = { readonly fold: DocumentFold; readonly ports: EnginePorts; readonly limits: EngineLimits };

/** `room`: what parked keys may take in this tick; shared by its documents. */
export type ToFold = { readonly stored: StoredDocument | null; readonly items: readonly WorkItem[]; readonly room: ParkedRoom };

/** What a handler threw, as an error of the platform. */
export function asTroupeError(error: unknown, { handler, fact }: { handler: string; fact: Fact }): TroupeError {
  if (error instanceof TroupeError) return error;
  return new TroupeError("HANDLER_FAILED", { handler, event: fact.name, reason: reasonOf(error) }, error);
}

/** A marker takes nothing: whatever comes now was said to a key whose story is over. */
export function nothingFolded(id: string, items: readonly WorkItem[]): FoldedDocument {
  const replies = items.flatMap((item) => (item.kind === "fact" ? [{ waiter: item.waiter, reply: null }] : []));
  const duplicates = items.filter(({ kind }) => kind === "event").length;
  const nothing = { failures: [], runs: [], notices: [], spans: { work: [], produced: [] }, applied: 0, timersFired: 0, timerHeld: false };
  return { id, items, planned: undefined, ...nothing, replies, duplicates, parked: { keys: 0, bytes: 0, rows: 0 } };
}
