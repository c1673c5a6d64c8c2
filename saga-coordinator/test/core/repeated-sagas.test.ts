import assert from "node:assert/strict";
import { test } from "node:test";
import { unknownName } from "../../src/core/definition/problems.ts";
import { repeatedSagas } from "../../src/core/definition/repeated-sagas.ts";

test("a saga in three files: each but the first is named, with the first; a file with errors counts for nothing", () => {
  const problems = repeatedSagas([
    { file: "faulty", saga: undefined },
    { file: "a", saga: "order" },
    { file: "b", saga: "refund" },
    { file: "faulty too", saga: undefined },
    { file: "c", saga: "order" },
    { file: "d", saga: "order" },
  ]);
  assert.deepEqual(
    problems.map(({ file, line, column, severity, code, message }) => [file, line, column, severity, code, message.split(";")[0]]),
    [
      ["c", 1, 1, "error", "saga-repeated", "the saga `order` is defined in a already"],
      ["d", 1, 1, "error", "saga-repeated", "the saga `order` is defined in a already"],
    ],
  );
});

test("a name that is known twice is offered once, and of more than thirty only the ten that stand beside the wrong one", () => {
  assert.equal(
    unknownName("x", { found: "setle", allowed: ["settle", "refund", "settle"] }),
    "x; did you mean `settle`? allowed are settle, refund",
  );
  const many = Array.from({ length: 31 }, (_, at) => `n${String(at).padStart(2, "0")}`);
  const listed = (found: string): string | undefined => unknownName("x", { found, allowed: many }).split("; ")[1]?.split("? ").at(-1);
  const ten = (first: number): string => `allowed are 31 names, in the alphabet beside it ${many.slice(first, first + 10).join(", ")}`;
  assert.deepEqual([listed("a"), listed("n15"), listed("z")], [ten(0), ten(10), ten(21)]);
});
