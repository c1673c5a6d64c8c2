import type { Codec, DocumentStore } from "@troupe/kernel";
import { DEFAULT_TENANT, documentId } from "@troupe/kernel";
import { READERS } from "../audit/judge.ts";
import type { Platform } from "../compose/open-platform.ts";

const SAGA = "orderFulfilment";
const UNDER_WAY = ["running", "compensating"];
const ENDED = ["completed", "compensated"];
const PARTICIPANTS = ["orders", "inventory", "payments", "shipping"];
const OWNERS = [...PARTICIPANTS, "saga-coordinator"];
const CHUNK = 500;
const LIMIT = 5;

/** Sagas that have begun and not ended. */
export async function sagasUnderWay({ store }: Pick<Platform, "store">): Promise<number> {
  const counts = await store.documents("saga-coordinator").countByStatus(SAGA);
  return UNDER_WAY.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
}

/**
 * Why the platform is not at rest yet; undefined when it is: every accepted order's saga has ended, no participant has
 * anything to come, no record waits in an outbox, and every group has read to the end. Rejects when a server is away.
 */
export async function unrest(
  { store, bus, codec, clock }: Pick<Platform, "store" | "bus" | "codec" | "clock">,
  accepted: ReadonlySet<string>,
): Promise<string | undefined> {
  const underWay = await sagasUnderWay({ store });
  if (underWay > 0) return `${underWay} sagas are under way`;
  const missing = await withoutEnd(store, accepted);
  if (missing > 0) return `${missing} accepted orders have no saga that has ended`;
  for (const service of PARTICIPANTS) {
    const { reacting = 0, delaying = 0 } = await store.documents(service).countByStatus(service);
    if (reacting + delaying > 0) return `${service} has ${reacting} reactions and ${delaying} answers to come`;
  }
  for (const owner of OWNERS) {
    const unsent = await store.documents(owner).unsent({ shards: null, before: clock.now(), limit: LIMIT });
    if (unsent.length > 0) return `${owner} has records in its outboxes`;
  }
  for (const [group, topics] of topicsOf(codec)) {
    const behind = (await bus.admin.groupLag(group, topics)).reduce(
      (sum, { committed, end }) => sum + Math.max(0, end - Math.max(0, committed)),
      0,
    );
    if (behind > 0) return `${group} is ${behind} records behind`;
  }
  return undefined;
}

async function withoutEnd(store: DocumentStore, accepted: ReadonlySet<string>): Promise<number> {
  const ids = [...accepted].map((key) => documentId({ tenant: DEFAULT_TENANT, definition: SAGA, key }));
  let missing = 0;
  for (let at = 0; at < ids.length; at += CHUNK) {
    const chunk = ids.slice(at, at + CHUNK);
    const found = await store.documents("saga-coordinator").load(chunk);
    missing += chunk.filter((id) => !ENDED.includes(found.get(id)?.status ?? "")).length;
  }
  return missing;
}

/** Consumer groups with the topics of the events that they read. */
function topicsOf(codec: Codec): ReadonlyArray<readonly [group: string, topics: readonly string[]]> {
  return Object.entries(READERS).map(([reader, events]) => [
    reader === "saga" ? "saga-coordinator" : reader,
    [...new Set(events.map((event) => codec.describe(event).topic))],
  ]);
}
