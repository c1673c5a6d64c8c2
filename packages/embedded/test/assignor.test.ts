import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assign } from "../src/groups/assignor.ts";

const specs = (counts: { readonly [topic: string]: number }) =>
  Object.entries(counts).map(([topic, partitions]) => ({ topic, partitions }));
const shown = (assigned: ReturnType<typeof assign>) =>
  Object.fromEntries(
    [...assigned].map(([id, partitions]) => [id, partitions.map(({ topic, partition }) => `${topic}${partition}`).join(" ")]),
  );

describe("assignor", () => {
  test("partitions that hold the same keys go to one member, whatever the partition counts", () => {
    const members = [2, 1].map((id) => ({ id, topics: ["a", "b"] }));
    assert.deepEqual(shown(assign(members, specs({ a: 4, b: 2 }))), { 1: "a0 a2 b0", 2: "a1 a3 b1" });
  });

  test("every partition has one owner, for any number of members", () => {
    for (let count = 1; count <= 9; count++) {
      const members = Array.from({ length: count }, (_, id) => ({ id, topics: ["a", "b"] }));
      const all = [...assign(members, specs({ a: 8, b: 4 })).values()].flat().map(({ topic, partition }) => `${topic}${partition}`);
      assert.equal(new Set(all).size, 12);
      assert.equal(all.length, 12);
    }
  });

  test("partition p goes with p mod the smallest count, for any number of members", () => {
    for (let count = 1; count <= 9; count++) {
      const members = Array.from({ length: count }, (_, id) => ({ id, topics: ["a", "b"] }));
      const owner = new Map<string, number>();
      for (const [id, partitions] of assign(members, specs({ a: 8, b: 2 }))) {
        for (const { topic, partition } of partitions) owner.set(`${topic}${partition}`, id);
      }
      for (let partition = 0; partition < 8; partition++) assert.equal(owner.get(`a${partition}`), owner.get(`b${partition % 2}`));
    }
  });

  test("a topic goes only to members that subscribe to it, and to nobody when there is none", () => {
    const members = [
      { id: 1, topics: ["a"] },
      { id: 2, topics: ["a", "b"] },
    ];
    assert.deepEqual(shown(assign(members, specs({ a: 2, b: 2, c: 2 }))), { 1: "a0", 2: "a1 b0 b1" });
  });

  test("nobody gets nothing", () => assert.equal(assign([], specs({ a: 2 })).size, 0));
});
