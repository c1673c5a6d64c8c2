import assert from "node:assert/strict";
import type { JsonObject } from "@troupe/kernel";
import type { Effect, OperatorAction } from "../../../src/core/index.ts";
import type { Play } from "../support/play.ts";

/** An operator acts, with his name, role and reason; a second act is another fact. */
export function act(play: Play, name: OperatorAction, data: JsonObject = {}): readonly Effect[] {
  return play.fact({
    kind: "act",
    identity: `act-${play.history.length}`,
    name,
    data: { by: "ann", role: "operator", reason: "why", ...data },
  });
}

/** The same, and the reason why it was refused; undefined when it was carried out. */
export function refusal(play: Play, name: OperatorAction, data: JsonObject = {}): string | undefined {
  const before = play.statuses;
  const [refused] = act(play, name, data).flatMap((effect) => (effect.kind === "refusal" && effect.act === name ? [effect.reason] : []));
  if (refused !== undefined) assert.deepEqual(play.statuses, before, "what is refused changes nothing");
  return refused;
}
