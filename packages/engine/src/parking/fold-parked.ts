import { type EventFact, type ParkedKey, recordPlace, type TroupeError } from "@troupe/kernel";
import type { DueItem } from "../work-item.ts";
import type { ParkedQueue } from "./parked-queue.ts";

/** What folding parked records needs of their document. */
export type ParkedDocument = {
  readonly queue: ParkedQueue;
  /** What the fold threw; undefined when the fact is folded, now or before. */
  apply(fact: EventFact): TroupeError | undefined;
  /** The fact must not be folded when it is delivered again. */
  giveUp(identity: string): void;
};

/** A parked document is due: its timers are held, or what an operator asked for is done. */
export function foldParked(item: DueItem, { asked, places, timersAt }: ParkedKey, document: ParkedDocument): void {
  const { queue } = document;
  if (asked === null) {
    if (timersAt === null || timersAt > item.upTo) return;
    queue.holdTimers();
    queue.alarm(`timers of ${item.documentId} are due and held, because its key is parked`);
    return;
  }
  const given = new Set(asked.kind === "drop" ? asked.places : []);
  for (const place of places) {
    if (!given.has(recordPlace(place))) continue;
    document.giveUp(place.identity);
    queue.remove(place);
  }
  foldInOrder(item, document);
}

/** The first that still can't be folded, or that was parked after the others were read, holds back what follows it. */
function foldInOrder({ parked }: DueItem, { queue, apply }: ParkedDocument): void {
  for (const place of queue.key?.places ?? []) {
    const read = parked?.get(recordPlace(place));
    if (read === undefined) return; // it is read and tried at the next poll
    const error = read.kind === "unreadable" ? read.error : apply(read.fact);
    if (error !== undefined) {
      queue.failed(error);
      queue.alarm(`${recordPlace(place)} was tried again in vain and stays parked: ${error.message}`);
      return;
    }
    queue.remove(place);
  }
}
