import type { JsonObject } from "@troupe/kernel";
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

/** Another saga was faster: this one is stuck, with both named. */
export function refuseClaim(draft: Draft, { alias, value, owner }: JsonObject): undefined {
  const refused = { alias: String(alias), value: String(value), owner: String(owner) };
  draft.saga.claimsRefused = [...(draft.saga.claimsRefused ?? []), refused];
}
