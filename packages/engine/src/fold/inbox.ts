/** Identities folded so far with the time until which each is remembered. */
export type Inbox = { readonly [identity: string]: number };

/**
 * Adds identities and forgets those past their time. Safe because the reader refuses records older than the horizon:
 * what is forgotten here can't arrive any more. While the key is parked nothing is forgotten: its records may be older.
 */
export function remember(
  inbox: Inbox,
  identities: readonly string[],
  { now, horizonMillis, forget }: { readonly now: number; readonly horizonMillis: number; readonly forget: boolean },
): Inbox {
  const kept: Record<string, number> = {};
  for (const [identity, until] of Object.entries(inbox)) if (until > now || !forget) kept[identity] = until;
  for (const identity of identities) kept[identity] = now + horizonMillis;
  return kept;
}
