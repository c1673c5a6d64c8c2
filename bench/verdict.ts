import type { Platform } from "@troupe/cli/compose";
import { DEFAULT_TENANT, documentId, type Json } from "@troupe/kernel";
import { sagaFacts } from "@troupe/saga-coordinator";
import { readParticipantState } from "@troupe/service-kit";
import type { Workload } from "./workloads/workload.ts";

/** What the documents say after a run, whatever the driver believes. */
export type Verdict = {
  readonly sagas: number;
  readonly completed: number;
  readonly compensated: number;
  /** Sentences, the first few; none: the run counts. */
  readonly faults: readonly string[];
};

const CHUNK = 1_000;
const SHOWN = 5;

/** Reads every saga and every participant's books back: all ended the right way, each effect once, undone in reverse. */
export async function judge(platform: Platform, workload: Workload, sagaIds: readonly string[]): Promise<Verdict> {
  const counts = { completed: 0, compensated: 0 };
  const faults: string[] = [];
  for (let at = 0; at < sagaIds.length; at += CHUNK) {
    const judged = { platform, workload, sagaIds: sagaIds.slice(at, at + CHUNK) };
    faults.push(...(await judgeSagas(judged, counts)));
    for (const { name } of workload.participants) faults.push(...(await judgeBooks(judged, name)));
  }
  const more = faults.length - SHOWN;
  return { sagas: sagaIds.length, ...counts, faults: more > 0 ? [...faults.slice(0, SHOWN), `and ${more} more`] : faults };
}

type Judged = { readonly platform: Platform; readonly workload: Workload; readonly sagaIds: readonly string[] };

async function judgeSagas(
  { platform, workload, sagaIds }: Judged,
  counts: { completed: number; compensated: number },
): Promise<readonly string[]> {
  const documents = platform.store.documents("saga-coordinator");
  const idOf = (key: string): string => documentId({ tenant: DEFAULT_TENANT, definition: workload.saga, key });
  const found = await documents.load(sagaIds.map(idOf));
  const faults: string[] = [];
  for (const sagaId of sagaIds) {
    const document = found.get(idOf(sagaId));
    const expected = workload.statusOf(sagaId);
    const status = document === undefined ? "absent" : sagaFacts(document).status;
    if (status !== expected) faults.push(`saga ${sagaId} is ${status}, not ${expected}`);
    else counts[expected] += 1;
    if (status !== "compensated") continue;
    const events = (await documents.history(idOf(sagaId))).map(({ entry }) => entry["name"]);
    if (!inOrder(workload.undone.map((name) => events.indexOf(name)))) faults.push(`saga ${sagaId} was undone out of order`);
  }
  return faults;
}

const inOrder = (places: readonly number[]): boolean => places.every((place, at) => place > (places[at - 1] ?? -1));

async function judgeBooks({ platform, workload, sagaIds }: Judged, participant: string): Promise<readonly string[]> {
  const idOf = (key: string): string => documentId({ tenant: DEFAULT_TENANT, definition: participant, key });
  const found = await platform.store.documents(participant).load(sagaIds.map(idOf));
  return sagaIds.flatMap((sagaId) => {
    const document = found.get(idOf(sagaId));
    const books = document === undefined ? undefined : readParticipantState(document.state).entity;
    const expected = workload.booksOf(participant, sagaId);
    if (isSame(books, expected)) return [];
    return [`${participant} has ${JSON.stringify(books)} in its books for ${sagaId}, not ${JSON.stringify(expected)}`];
  });
}

/** Books are flat: names to numbers. */
function isSame(books: Json | undefined, expected: Json | undefined): boolean {
  const textOf = (json: Json | undefined): string => JSON.stringify(Object.entries(json ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
  return textOf(books) === textOf(expected);
}
