import assert from "node:assert/strict";
import { test } from "node:test";
import { missedStates, RARE_STATES } from "../src/run/coverage.ts";
import { readOptions } from "../src/run/options.ts";
import { coverageText } from "../src/run/report.ts";

test("without options a run takes ten thousand seeds, with a seed alone only that one, with minutes as many as fit", () => {
  assert.deepEqual([readOptions([]).seeds, readOptions([]).seed], [10_000, 1]);
  assert.deepEqual([readOptions(["--seed", "7"]).seeds, readOptions(["--seed=7"]).seed], [1, 7]);
  assert.equal(readOptions(["--minutes", "0.5"]).seeds, undefined);
  assert.equal(readOptions(["--seeds", "200_000", "--seed", "3"]).seeds, 200_000);
  assert.equal(readOptions(["--trace"]).seeds, 1);
  assert.deepEqual(readOptions(["--without", "3,7"]).without, [3, 7]);
});

const REFUSED: ReadonlyArray<readonly [args: readonly string[], sentence: RegExp]> = [
  [["--seeds", "0"], /--seeds is `0`; allowed is a whole number from 1 on/],
  [["--seeds", "many"], /--seeds is `many`/],
  [["--seeds"], /--seeds is ``/],
  [["--mode", "fast"], /--mode is `fast`; allowed is atomic, staged/],
  [["--mutant", "no"], /--mutant is `no`; allowed is no version check/],
  [["--without", "a"], /--without is `a`/],
  [["--sedes", "1"], /`--sedes` is not known; options are --seeds/],
  [["12"], /`12` is not known/],
];

for (const [args, sentence] of REFUSED) {
  test(`refused in one sentence: ${args.join(" ")}`, () => {
    assert.throws(() => readOptions(args), sentence);
  });
}

test("a run that missed a rare state fails once enough seeds ran, and says which", () => {
  const counts = new Map(RARE_STATES.slice(1).map((state) => [state, 1]));
  const sum = { seeds: 5_000, steps: 1, found: [], counts };
  assert.deepEqual(missedStates(counts), [RARE_STATES[0]]);
  assert.match(coverageText(sum, true) ?? "", new RegExp(`Never reached in 5,000 seeds: ${RARE_STATES[0]}`));
  assert.equal(coverageText({ ...sum, seeds: 100 }, true), undefined);
  assert.equal(coverageText(sum, false), undefined);
});
