import assert from "node:assert/strict";
import { cleanUp, type Scope, troupe } from "../troupe.ts";

/** Does something to native servers as a person does it: `npm run servers -- WHAT NAMES`. */
export async function servers(scope: Scope, what: "up" | "down" | "kill" | "freeze" | "thaw", ...names: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await troupe(scope, ["servers", what, ...names]).ended(180_000);
  assert.equal(code, 0, stdout + stderr);
}

/** Whatever a test does to these servers, they answer again when it is over. Call it before anything that uses them. */
export function restoreAfter(scope: Scope, ...names: readonly string[]): void {
  cleanUp(scope, async () => {
    const after: Scope = { after: () => {} }; // the test's own scope is over
    await servers(after, "thaw", ...names);
    await servers(after, "up", ...names);
  });
}
