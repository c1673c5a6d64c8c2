import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { prove } from "../../src/core/index.ts";
import { ids } from "./support/play.ts";
import { randomDefinition } from "./support/random-definition.ts";
import { unchecked } from "./support/unchecked.ts";

test("what random running finds sound is proved, for definitions of every kind of step", () => {
  let proved = 0;
  fc.assert(
    fc.property(randomDefinition, (compiled) => {
      const yaml = fc.stringify(compiled);
      const proof = prove(unchecked(yaml), { ids, bounds: { states: 500, orders: 200, surprises: 2 } });
      if (proof.verdict === "proved") proved += 1;
      const story = (proof.counterExample?.timeline ?? []).map(({ cause, changes }) => `${cause}\n    ${changes.join("\n    ")}`);
      // An alias that only comes after the answers which it has to find: every path is sound, and none can complete.
      const neverCompletes = proof.endings.completed === 0 && proof.counterExample?.timeline.length === 0;
      if (neverCompletes) return;
      assert.notEqual(proof.verdict, "refuted", `${proof.sentence}\n${story.join("\n")}`);
    }),
    { numRuns: 40, seed: 9, endOnFailure: true },
  );
  assert.ok(proved > 15, `${proved} of 40 were small enough to be proved within the bounds`);
});
