import { type Documents, type HistoryEntry, parseDocumentId, type StoredDocument, TroupeError } from "@troupe/kernel";
import { type CompiledDefinition, type Replayed, replay } from "../core/index.ts";
import type { Definitions } from "./definitions.ts";

export type ReplayingStored = {
  /** Of the owner `saga-coordinator`. */
  readonly documents: Pick<Documents, "query" | "history">;
  /** Every version that an instance may run. */
  readonly versions: Pick<Definitions, "pinned">;
  /** Name of the saga whose instances are replayed. */
  readonly saga: string;
  readonly other: CompiledDefinition;
  /** Until when time goes on for an instance after its last fact, milliseconds since the epoch. */
  readonly now: number;
};

const PAGE = 100;

/** Replays every stored instance of a saga through another version, the latest changed first. Reads only. */
export async function* replayStored({ documents, versions, saga, other, now }: ReplayingStored): AsyncGenerator<Replayed> {
  let cursor: string | null = null;
  do {
    const query: Parameters<Documents["query"]>[0] = { definition: saga, limit: PAGE, ...(cursor === null ? {} : { cursor }) };
    const page: Awaited<ReturnType<Documents["query"]>> = await documents.query(query);
    for (const document of page.documents) {
      if (document.historyLength === 0) continue; // nothing was folded: a place that was only kept free
      const history = await documents.history(document.id);
      yield replayOne(document, { history, versions, other, now });
    }
    cursor = page.cursor;
  } while (cursor !== null);
}

type One = Pick<ReplayingStored, "versions" | "other" | "now"> & { readonly history: readonly HistoryEntry[] };

function replayOne({ id: documentId, definition: label, status }: StoredDocument, { history, versions, other, now }: One): Replayed {
  const { tenant, key: id } = parseDocumentId(documentId) ?? { tenant: "", key: documentId };
  try {
    return replay({ running: versions.pinned(label), other, versions: versions.pinned, now }, { tenant, id, history });
  } catch (error) {
    if (!(error instanceof TroupeError) || error.code !== "DEFINITION_NOT_LOADED") throw error;
    const sentence = `nobody can tell: a version that it ran can't be loaded here (${error.details["label"]})`;
    return { id, label, status, difference: { kind: "data-missing", sentence, missing: [] } };
  }
}
