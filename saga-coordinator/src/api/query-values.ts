import type { HttpRequest } from "@troupe/kernel";

type Query = HttpRequest["query"];

/** A text value of a validated query under its own name, ready to be spread; nothing when it was not given. */
export function textOf<Name extends string>(query: Query, name: Name): { readonly [N in Name]?: string } {
  const value = query[name];
  return (typeof value === "string" ? { [name]: value } : {}) as { readonly [N in Name]?: string }; // a computed key loses its name
}

/** A number of a validated query. The schema of the route gives it a default, so it is always there. */
export function numberOf(query: Query, name: string): number {
  return Number(query[name]);
}
