import type { Fact } from "@troupe/kernel";
import type { Definition } from "../../definition/types.ts";
import type { Reaction } from "../../react.ts";
import type { World } from "./world.ts";

type Aliased = Pick<Definition, "aliased">;

/** The saga that is faster, in every proof. */
export const RIVAL = "another-saga";

/** Whether an event finds the saga: by its id at any time, by an alias from the claim on, if that is the first. */
export function findsSaga({ aliased }: Aliased, { aliases }: World, event: string): boolean {
  const alias = Object.hasOwn(aliased, event) ? aliased[event]?.alias : undefined;
  if (alias === undefined) return true;
  const standing = Object.hasOwn(aliases, alias) ? aliases[alias] : undefined;
  return standing === "claimed" || standing === "ours";
}

/** Aliases whose claim may be lost. Only those that some event needs. */
export function contestedIn({ aliased }: Aliased, { aliases }: World): readonly string[] {
  const needed = new Set(Object.values(aliased).map(({ alias }) => alias));
  return Object.keys(aliases).filter((alias) => aliases[alias] === "claimed" && needed.has(alias));
}

export function refusalOf(alias: string, { saga }: World): Fact {
  const value = saga.claims?.[alias]?.at(-1) ?? "";
  return { kind: "act", identity: `act:refused:${alias}`, name: "aliasRefused", data: { alias, value, owner: RIVAL } };
}

/** How aliases stand after an event came, or one was lost, and the core reacted to it. */
export function aliasesAfter(
  { aliased }: Aliased,
  { aliases }: World,
  { raw, event, lost }: { readonly raw: Reaction; readonly event: string | undefined; readonly lost: string | undefined },
): World["aliases"] {
  const claims = raw.effects.flatMap((effect) =>
    effect.kind === "control" && effect.event === "AliasClaimed" ? [String(effect.payload["alias"])] : [],
  );
  const came = event === undefined ? undefined : aliased[event]?.alias;
  if (claims.length === 0 && lost === undefined && (came === undefined || aliases[came] === "ours")) return aliases;
  const changed = {
    ...Object.fromEntries(claims.map((alias) => [alias, "claimed" as const])),
    ...aliases,
    ...(came === undefined ? {} : { [came]: "ours" as const }),
    ...(lost === undefined ? {} : { [lost]: "lost" as const }),
  };
  return Object.fromEntries(Object.entries(changed).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function hasLost({ aliases }: Pick<World, "aliases">): boolean {
  return Object.values(aliases).includes("lost");
}
