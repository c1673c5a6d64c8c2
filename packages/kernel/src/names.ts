/** Parts of a document id. Tenant and definition match `[a-z][A-Za-z0-9-]*`; the key is free text. */
export type DocumentName = { readonly tenant: string; readonly definition: string; readonly key: string };

/** `tenant/definition/key` with the key percent-encoded, so `/` in a key can't pose as another document. */
export function documentId({ tenant, definition, key }: DocumentName): string {
  return `${tenant}/${definition}/${encodeURIComponent(key)}`;
}

/** The parts of a document id; undefined when `id` is not one. */
export function parseDocumentId(id: string): DocumentName | undefined {
  const [tenant, definition, key, ...rest] = id.split("/");
  if (tenant === undefined || definition === undefined || key === undefined || rest.length > 0) return undefined;
  return { tenant, definition, key: decodeURIComponent(key) };
}

/** Last part of a full Avro name: `shop.orders.OrderPlaced` gives `OrderPlaced`. */
export function shortName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf(".") + 1);
}
