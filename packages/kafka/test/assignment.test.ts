import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { assignPartitions, type Member } from "../src/assignment.ts";

const members = (count: number, topics: readonly string[]): Member[] =>
  Array.from({ length: count }, (_, at) => ({ id: `m${at}`, topics }));

test("every partition has exactly one member, and partition p of every topic the same one, for topics whose sizes divide each other", () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 1, max: 6 }), (exponents, count) => {
      const counts = Object.fromEntries(exponents.map((exponent, at) => [`t${at}`, 2 ** exponent]));
      const smallest = Math.min(...Object.values(counts));
      const owners = new Map<string, string>();
      for (const [member, topics] of Object.entries(assignPartitions(members(count, Object.keys(counts)), counts))) {
        for (const [topic, partitions] of Object.entries(topics)) {
          for (const partition of partitions) {
            assert.ok(!owners.has(`${topic}/${partition}`), "given twice");
            owners.set(`${topic}/${partition}`, member);
          }
        }
      }
      for (const [topic, size] of Object.entries(counts)) {
        for (let partition = 0; partition < size; partition++) {
          assert.equal(owners.get(`${topic}/${partition}`), owners.get(`t0/${partition % smallest}`));
        }
      }
    }),
  );
});

test("the order in which members are listed changes nothing", () => {
  const counts = { a: 4, b: 8 };
  const listed = members(3, ["a", "b"]);
  assert.deepEqual(assignPartitions([...listed].reverse(), counts), assignPartitions(listed, counts));
});

test("a member of an older version never gets a topic that it does not read, and the topic is read all the same", () => {
  const assignment = assignPartitions([...members(1, ["a"]), { id: "z", topics: ["a", "new"] }], { a: 4, new: 4 });
  assert.deepEqual(assignment, { m0: { a: [0, 2] }, z: { a: [1, 3], new: [0, 1, 2, 3] } });
});

test("members beyond the smallest topic stay idle instead of splitting a group of partitions", () => {
  assert.deepEqual(assignPartitions(members(3, ["a"]), { a: 2 }), { m0: { a: [0] }, m1: { a: [1] }, m2: {} });
});
