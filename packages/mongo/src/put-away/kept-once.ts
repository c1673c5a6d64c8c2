import type { Collection, Document, OptionalId } from "mongodb";
import { unreachable } from "../errors.ts";
import { outcomesOf } from "../outcomes.ts";

/** Inserts documents under their own ids; one that is there already stays as it was. Rejects with STORE_UNREACHABLE. */
export async function addOnce<Lying extends Document>(
  collection: Collection<Lying>,
  documents: readonly OptionalId<Lying>[],
  address: string,
): Promise<void> {
  if (documents.length === 0) return;
  try {
    await collection.bulkWrite(
      documents.map((document) => ({ insertOne: { document } })),
      { ordered: false },
    );
  } catch (error) {
    const lost = outcomesOf(documents.length, error).some(({ kind }) => kind === "unknown" || kind === "refused");
    if (lost) throw unreachable(error, address); // a conflict is one that is there already
  }
}
