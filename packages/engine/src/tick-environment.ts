import type { StoredDocument } from "@troupe/kernel";
import type { DocumentCache } from "./document-cache.ts";
import type { MakeDurable } from "./durable/make-durable.ts";
import type { FoldEnvironment, FoldedDocument } from "./fold/folded-document.ts";
import type { ParkingBounds } from "./parking/parking-bounds.ts";

/** What one owner's ticks work with. */
export type TickEnvironment = FoldEnvironment & {
  readonly cache: DocumentCache;
  readonly load: (ids: readonly string[]) => Promise<ReadonlyMap<string, StoredDocument>>;
  readonly makeDurable: MakeDurable;
  readonly bounds: ParkingBounds;
  /** What runs once a document's write is durable: asynchronous reactions. */
  readonly afterDurable: (folded: FoldedDocument) => void;
  /** Aborted when the process stops: lost races are not run again then. */
  readonly stopping: AbortSignal;
};
