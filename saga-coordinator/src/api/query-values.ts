import type { HttpRequest, SearchKeys } from "@troupe/kernel";

type Query = HttpRequest["query"];

/** A text value of a validated query under its own name, ready to be spread; nothing when it was not given. */
export function textOf<Name extends string>(query: Query, name: Name): { readonly [N in Name]?: string } {
  const value = query[name];
  return (typeof value === "string" ? { [name]: value } : {}) as { readonly [N in Name]?: string }; // a computed key loses its name
}

/** The search keys of a validated query, `search.NAME=VALUE`, without their prefix. */
export function searchOf(query: Query): SearchKeys {
  const named = Object.entries(query).filter(([name]) => name.startsWith(SEARCH_PREFIX));
  return Object.fromEntries(named.map(([name, value]) => [name.slice(SEARCH_PREFIX.length), String(value)]));
}
export const SEARCH_PREFIX = "search.";

/** A number of a validated query. The schema of the route gives it a default, so it is always there. */
export function numberOf(query: Query, name: string): number {
  return Number(query[name]);
}
