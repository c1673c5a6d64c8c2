import assert from "node:assert/strict";
import { ALL_ROLES, type RoleProcess, roleProcess } from "./roles.ts";
import { endedSaga, placeOrder } from "./sagas.ts";
import type { Scope } from "./troupe.ts";

/** At once. Busy machines fold more of them in one go, so how often a place is passed follows from waves, not from orders. */
const WAVE = 12;
/** More than any place needs to be passed as often as it is told. */
const MOST_WAVES = 60;

export type FailPointTrial = {
  /** `fp4:17`: the process kills itself at the 17th pass. */
  readonly failAt: string;
  /** `["--data", FOLDER]` or `["--on", "native"]`. */
  readonly place: readonly string[];
};

/**
 * Places good orders until the one process has killed itself at the fail point, starts the next one, and waits until every
 * order that was accepted has ended. Resolves with the next process and the ids of those orders.
 */
export async function dieAt(scope: Scope, { failAt, place }: FailPointTrial): Promise<{ next: RoleProcess; accepted: readonly string[] }> {
  const env = { TROUPE_SESSION_TIMEOUT: "2000", TROUPE_LOG_LEVEL: "info" };
  const dying = await roleProcess(scope, ALL_ROLES, { place, env: { ...env, TROUPE_FAIL_AT: failAt } });
  const accepted: string[] = [];
  const remember = (id: string) => accepted.push(id);
  const nobodysPromise = () => 0; // no answer came before the end
  let isOver = false;
  const ending = dying.ended().finally(() => {
    isOver = true;
  });
  for (let wave = 0; wave < MOST_WAVES && !isOver; wave++) {
    await Promise.all(Array.from({ length: WAVE }, () => placeOrder(dying.at).then(remember, nobodysPromise)));
  }
  const exit = await ending;
  assert.equal(exit.code, 137, `SIGKILL was expected:\n${exit.stderr}`);
  assert.match(exit.stderr, /FAIL POINTS ARE ON: this process kills itself at pass \d+ of fp\d/);
  const next = await roleProcess(scope, ALL_ROLES, { place, env });
  for (const id of accepted) await endedSaga(next.at, id, { withinMs: 60_000 });
  return { next, accepted };
}
