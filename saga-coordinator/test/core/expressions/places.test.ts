import assert from "node:assert/strict";
import { test } from "node:test";
import { createExpressionCompiler } from "../../../src/core/expressions.ts";

test("what the library refuses is placed in the text that was written, which is shorter than the one that runs", () => {
  const compile = createExpressionCompiler();
  for (const before of ["", "has(start.x) && ", "has(start.x) && has(start.y) && "]) {
    const text = `${before}1 + 'a' == 2 && has(start.z)`;
    const compiled = compile("payload", text);
    assert.ok("invalid" in compiled, text);
    assert.equal(text.slice(compiled.at, compiled.at + 5), "1 + '", text);
  }
});
