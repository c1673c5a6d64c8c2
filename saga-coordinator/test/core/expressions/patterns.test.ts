import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createMatcher } from "../../../src/core/expressions/patterns/pattern-machine.ts";
import { analyse, evaluate } from "./typed.ts";

const whyNot = (pattern: string, text = ""): string => {
  try {
    return String(createMatcher(pattern)(text));
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
};

/** Patterns of every construct, nested; `edges` are never repeated, which not every engine allows. */
const { pattern: patterns } = fc.letrec<{ pattern: string; sequence: string; repeated: string }>((tie) => ({
  pattern: fc.array(tie("sequence"), { minLength: 1, maxLength: 3, depthIdentifier: "p" }).map((ways) => ways.join("|")),
  sequence: fc.array(tie("repeated"), { maxLength: 3, depthIdentifier: "p" }).map((parts) => parts.join("")),
  repeated: fc.oneof(
    { depthIdentifier: "p", maxDepth: 3 },
    fc.constantFrom("^", "$", "\\b", "\\B"),
    fc
      .tuple(fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "[a-c1]", "\\w", "\\D", "\\s", "\\.", "c"), fc.constantFrom(...repeats()))
      .map((both) => both.join("")),
    fc
      .tuple(fc.constantFrom("(", "(?:", "(?<n>"), tie("pattern"), fc.constantFrom(...repeats()))
      .map(([open, inner, count]) => `${open}${inner})${count}`),
  ),
}));
function repeats(): readonly string[] {
  return ["", "", "*", "+", "?", "{2}", "{1,2}", "{2,}", "*?", "+?"];
}

test("a pattern finds what JavaScript finds", () => {
  const texts = fc.array(fc.constantFrom(..."abc1 .-\n"), { maxLength: 8 }).map((chars) => chars.join(""));
  const both = fc.tuple(patterns, texts).filter(([pattern]) => isPattern(pattern));
  fc.assert(
    fc.property(both, ([pattern, text]) => assert.equal(whyNot(pattern, text), String(new RegExp(pattern, "u").test(text)), pattern)),
    { numRuns: 3000 },
  );
});

/** One name of a group twice is no pattern to JavaScript. */
function isPattern(text: string): boolean {
  try {
    return new RegExp(text, "u") !== undefined;
  } catch {
    return false;
  }
}

test("a pattern that makes other matchers try again and again answers, whatever the text", () => {
  const text = `${"a".repeat(20_000)}!`;
  for (const pattern of ["^(a+)+$", "^(a|a)*$", "a*a*a*a*a*a*b", "^(.*)*x$", `${"(".repeat(200)}a${")*".repeat(200)}b`])
    assert.ok(["false", "true"].includes(whyNot(pattern, text.slice(0, 5_000))), pattern);
  assert.equal(whyNot("^(a+)+$", text), "false");
});

test("a text that is too long for its pattern is refused and not begun", () => {
  assert.match(whyNot("(ab?){200}", "a".repeat(100_000)), /is too much for a text of 100000 characters/);
});

test("what no matcher answers in bounded time, or what is no pattern, is refused with its reason", () => {
  const refusals: readonly (readonly [string, RegExp])[] = [
    ["(?=a)b", /`\(\?=a\)b` holds `\(\?=`, which is not allowed here/],
    ["(a)\\1", /holds `\\1`/],
    ["(?i)a", /holds `\(\?i`/],
    ["\\pL", /holds `\\pL`/],
    ["(a", /`\(` that is not closed/],
    ["a)", /`\)` that closes nothing/],
    ["+a", /`\+` that repeats nothing/],
    ["a+*", /repeats a repetition/],
    ["a{3,2}", /from more to fewer/],
    ["[a", /holds `\[a`/],
    ["[c-a]", /no set of characters/],
    ["[[:alpha:]]", /a class by name/],
    ["a\\", /holds `\\`/],
    ["a{1001}", /grows beyond 1000 states/],
    ["((a{20}){20}){20}", /grows beyond 1000 states/],
    ["a".repeat(1001), /has 1001 characters; allowed are 1000/],
  ];
  for (const [pattern, reason] of refusals) assert.match(whyNot(pattern), reason);
});

test("nothing, repeated a billion times, is nothing", () => {
  assert.equal(whyNot("^(){1000000000}$"), "true");
  assert.equal(whyNot("^(?:(?:){0}){99999}a{0}$"), "true");
});

test("braces that count nothing are characters", () => {
  assert.equal(whyNot("^a{}]{,2}$", "a{}]{,2}"), "true");
});

test("a character beyond 16 bits is one character", () => {
  assert.equal(whyNot("^.$", "😀"), "true");
  assert.equal(whyNot("^\\😀{2}$", "😀😀"), "true");
});

test("`matches` runs on this matcher, also inside a loop", () => {
  assert.equal(evaluate('"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches("^(a+)+$")', {}), false);
  assert.equal(evaluate('["x", "ab"].exists(one, one.matches("^a.$"))', {}), true);
});

test("a pattern that is written out is refused when the definition is checked, at its place", () => {
  const { problems } = analyse('"abc".matches("a(?!b)")');
  assert.deepEqual(
    problems.map(({ code, message, at }) => [code, message, at]),
    [["expression-invalid", "The pattern `a(?!b)` holds `(?!`, which is not allowed here", 14]],
  );
});

test("a pattern that is only known when it runs fails then, with its reason", () => {
  assert.throws(() => evaluate('"abc".matches("a" + "(?!b)")', {}), /holds `\(\?!`/);
});

test("the name under which it runs is nobody's to call", () => {
  assert.match(analyse('"a".matchesInTime("a")').problems[0]?.message ?? "", /`matchesInTime` is no method/);
});
