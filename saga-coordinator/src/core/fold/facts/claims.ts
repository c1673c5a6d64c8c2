import type { JsonObject } from "@troupe/kernel";
import type { SagaStatus } from "../../transitions.ts";
import { type Draft, tell } from "../draft.ts";
import { evaluate, scopeOf } from "../scope.ts";
import { keyText } from "./match.ts";

/** Rule 15: an alias is claimed when its value is first known, and again when another value comes. */
export function claimAliases(draft: Draft): undefined {
  const { aliases } = draft.definition;
  if (aliases.length === 0 || draft.saga.start === undefined) return;
  const values = scopeOf(draft);
  for (const [alias, expression] of aliases) {
    const outcome = evaluate(expression, values, `alias ${alias}`);
    const value = "value" in outcome ? keyText(outcome.value) : undefined; // not known yet
    const known = draft.saga.claims?.[alias] ?? [];
    if (value === undefined || known.includes(value)) continue;
    draft.saga.claims = { ...draft.saga.claims, [alias]: [...known, value] };
    tell(draft, { kind: "claimed", alias, value });
  }
}

const ENDED: readonly SagaStatus[] = ["completed", "compensated"];

/**
 * Rule 15: an alias lasts as long as its saga's marker. Its document is told when the saga ends, and when a saga that had
 * ended goes on after all. `before`: where the saga stood before the fact.
 */
export function tellAliases(draft: Draft, before: SagaStatus): undefined {
  const { claims, status, claimsRefused = [] } = draft.saga;
  if (claims === undefined) return;
  const [hadEnded, hasEnded] = [ENDED.includes(before), ENDED.includes(status)];
  if (!hadEnded && !hasEnded) return;
  const fresh = draft.moves.filter((move) => move.kind === "claimed");
  const all = Object.entries(claims).flatMap(([alias, values]) => values.map((value) => ({ alias, value })));
  for (const { alias, value } of all) {
    const isSame = (one: { readonly alias: string; readonly value: string }): boolean => one.alias === alias && one.value === value;
    if (claimsRefused.some(isSame)) continue;
    const isFresh = fresh.some(isSame);
    if (hasEnded && (isFresh || !hadEnded)) tell(draft, { kind: "released", alias, value });
    if (!hasEnded && !isFresh) tell(draft, { kind: "claimed", alias, value });
  }
}

/** After the data was edited: what no alias says any more need not be claimed. */
export function letGoOfClaims(draft: Draft): undefined {
  const { claimsRefused } = draft.saga;
  if (claimsRefused === undefined) return;
  const values = scopeOf(draft);
  const kept = claimsRefused.filter(({ alias, value }) => {
    const expression = draft.definition.aliases.find(([name]) => name === alias)?.[1];
    const outcome = expression === undefined ? undefined : evaluate(expression, values, `alias ${alias}`);
    return outcome !== undefined && "value" in outcome && keyText(outcome.value) === value;
  });
  if (kept.length > 0) draft.saga.claimsRefused = kept;
  else delete draft.saga.claimsRefused;
}

/** Another saga was faster: this one is stuck, with both named. */
export function refuseClaim(draft: Draft, { alias, value, owner }: JsonObject): undefined {
  const refused = { alias: String(alias), value: String(value), owner: String(owner) };
  draft.saga.claimsRefused = [...(draft.saga.claimsRefused ?? []), refused];
}
