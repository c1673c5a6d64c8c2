import type { Ids } from "@troupe/kernel";

/** What a step does to the world, once: the unit that is done at most once and undone at most once. */
export type EffectName = {
  readonly tenant: string;
  readonly definition: string;
  readonly sagaId: string;
  readonly step: string;
  /** Key of the element of a fan-out; empty for a step that is not one. */
  readonly element: string;
  /** Round of a repeated step, from 1. */
  readonly round: number;
};
export type Action = "do" | "undo";

/** `tenant/definition/sagaId/step/element/round`, each part percent-encoded: what `ce_effect` carries. */
export function effectText({ tenant, definition, sagaId, step, element, round }: EffectName): string {
  return [tenant, definition, sagaId, step, element, String(round)].map(encodeURIComponent).join("/");
}

/** The parts of a `ce_effect`; undefined when it isn't one of ours. */
export function parseEffect(text: string): EffectName | undefined {
  const parts = text.split("/");
  if (parts.length !== 6) return undefined;
  try {
    const [tenant = "", definition = "", sagaId = "", step = "", element = "", round = ""] = parts.map(decodeURIComponent);
    return /^[1-9]\d*$/.test(round) ? { tenant, definition, sagaId, step, element, round: Number(round) } : undefined;
  } catch {
    return undefined; // a stray % of somebody else's effect
  }
}

/** Id of the request for an effect (wire contract, "Ids"): silence sends the same again, so `attempt` rises only after an explicit failure. */
export function requestId(ids: Ids, effect: EffectName, { action, attempt }: { action: Action; attempt: number }): string {
  const { tenant, definition, sagaId, step, element, round } = effect;
  return ids.messageId("troupe.effect", [tenant, definition, sagaId, step, element, round, action, attempt]);
}
