import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
function act(...args: readonly string[]) {
  const program = join("packages", "cli", "src", "troupe.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, "act", ...args], { cwd: ROOT, encoding: "utf8" });
  return { status, stdout, stderr };
}

const REASON = ["--reason", "the carrier called"];
// Port 1 is reserved and nobody listens there.
const NOWHERE = ["--url", "http://127.0.0.1:1"];

test("an act that is not known, a saga without an id, a missing reason or step, and a payload that is no JSON are each named in one sentence", () => {
  for (const [args, expected] of [
    [["rety", "order/1", ...REASON], /act is `rety`; allowed is retry, /],
    [["cancel", "order", ...REASON], /`order`; allowed is DEFINITION\/ID/],
    [["cancel", "order/1"], /--reason is `missing`/],
    [["retry", "order/1", ...REASON], /--step is `missing`/],
    [["signal", "order/1", ...REASON, "--payload", "{", ...NOWHERE], /--payload is `\{`/],
    [["cancel", "order/1", ...REASON, "--steps", "a"], /the nearest is --step/],
  ] as const) {
    const { status, stdout, stderr } = act(...args);
    assert.deepEqual([status, stdout], [1, ""], stderr);
    assert.match(stderr, expected);
    assert.doesNotMatch(stderr, /\n\s+at /);
  }
});

test("where nobody answers, the act says so and exits with 2", () => {
  const { status, stderr } = act("cancel", "order/1", ...REASON, ...NOWHERE);
  assert.equal(status, 2);
  assert.match(stderr, /^nobody answers at http:\/\/127\.0\.0\.1:1\/v1\/sagas\/order\/1\/cancel: /);
});

test("the help names every act and option", () => {
  const { status, stdout } = act("--help");
  assert.equal(status, 0);
  for (const word of ["waive-undo", "settle-as-done", "edit-data", "--reason", "--step", "--element", "--payload", "--url"])
    assert.ok(stdout.includes(word), word);
});
