import type { Ids, Uuid } from "@troupe/kernel";

/** Ids of things that handling an event creates: another label, another id; the same event, the same id. */
export function createdId(
  {
    service,
    ids,
    envelope,
  }: {
    readonly service: string;
    readonly ids: Ids;
    readonly envelope: { readonly tenant: string; readonly source: string; readonly id: string };
  },
  label: string,
): Uuid {
  return ids.messageId("created", [envelope.tenant, service, label, envelope.source, envelope.id]) as Uuid; // messageId makes UUIDs
}
