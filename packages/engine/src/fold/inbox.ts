/** Identities folded so far with the time until which each is remembered. */
export type Inbox = { readonly [identity: string]: number };

/**
 * Adds identities and forgets those past their time. Safe because the reader refuses records older than the horizon:
 * what is forgotten here can't arrive any more.
 */
export function remember(
  inbox: Inbox,
  identities: readonly string[],
  { now, horizonMillis }: { now: number; horizonMillis: number },
): Inbox {
  const kept: Record<string, number> = {};
  for (const [identity, until] of Object.entries(inbox)) if (until > now) kept[identity] = until;
  for (const identity of identities) kept[identity] = now + horizonMillis;
  return kept;
}
