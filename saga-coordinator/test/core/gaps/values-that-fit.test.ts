import assert from "node:assert/strict";
import { test } from "node:test";
import { analyse, evaluate, fieldType, messageOf, unfit } from "../expressions/typed.ts";

test("what fits only when it runs is not refused before", () => {
  for (const [text, field] of [
    ["saga.x", "small"],
    ["start.counts", "tree"],
    ["start.counts", "counts"],
    ["{start.text: 1}", "counts"],
    ["start.tree", "tree"],
    ["start.day", "day"],
    ['"2024-02-29"', "day"],
    ["start.text", "either"],
    ["start.small", "textOrLong"],
    ["start.small", "shape"],
    ["start.flag ? 1 : 2", "small"],
    ["start.flag ? 1 : start.price", "amount"],
    ["2147483647", "small"],
    ["-2147483648", "small"],
    ["86399999", "clock"],
    ["0", "clock"],
    ['decimal("12345678.12")', "price"],
    ["start.clock", "clock"],
    ["{'months': 0, 'days': 1, 'millis': 0}", "span"],
    ["start.counts", "span"],
    ["start.raw", "digest"],
  ] as const)
    assert.equal(unfit(text, field), undefined, `${text} into ${field}`);
});

for (const [text, field, why] of [
  ["start.words", "counts", /it is list of text; allowed is map of long/],
  ["start.counts", "words", /it is map of int; allowed is list of text/],
  ["start.small", "tree", /it is int; allowed is record test.lab.Tree/],
  ["start.small", "words", /it is int; allowed is list of text/],
  ["start.small", "counts", /it is int; allowed is map of long/],
  ["start.flag", "small", /it is bool; allowed is int/],
  ["start.flag", "large", /it is bool; allowed is long/],
  ["start.flag", "clock", /it is bool; allowed is time/],
  ["start.flag", "id", /it is bool; allowed is uuid/],
  ["start.flag", "day", /it is bool; allowed is date/],
  ["start.flag", "colour", /it is bool; allowed is/],
  ["start.flag", "amount", /it is bool; allowed is decimal\(30,4\)/],
  ["start.flag", "raw", /it is bool; allowed is bytes/],
  ["start.flag", "real", /it is bool; allowed is double/],
  ["start.flag", "span", /it is bool; allowed is duration/],
  ["start.amount", "either", /it is decimal\(30,4\); allowed is/],
  ['"2024-2-29"', "day", /it is "2024-2-29"; allowed is date/],
  ["start.id", "day", /it is uuid; allowed is date/],
  ["start.flag ? start.small : start.text", "small", /it is text; allowed is int/],
  ["start.flag ? start.text : start.small", "small", /it is text; allowed is int/],
  ["{start.text: 'x'}", "counts", /in a value it is text "x"; allowed is long/],
  ["2147483648", "small", /it is 2147483648; int takes -2147483648 to 2147483647$/],
  ["-2147483649", "small", /it is -2147483649; int takes/],
  ["-1", "clock", /time takes 0 to 86399999/],
  ["-(3000000000)", "small", /it is -3000000000; int takes/],
  ['decimal("-12345.5")', "maybeAmount", /it has 5 digits before the point; decimal\(6,2\) takes 4/],
  ['decimal("123456789.12")', "price", /it has 9 digits before the point; decimal\(10,2\) takes 8/],
  ["9223372036854775807 + 0 == 0 ? start.large : 3000000000", "small", /a whole number from/],
] as const) {
  test(`\`${text}\` does not fit ${field}, and it is said why`, () => assert.match(unfit(text, field) ?? "it fits", why));
}

test("the parts of a duration are whole numbers from 0 to 4294967295", () => {
  assert.match(unfit("start.span.days", "small") ?? "", /it is a whole number from 0 to 4294967295; int takes/);
  assert.equal(unfit("start.span.days", "large"), undefined);
});

test("of several values that do not fit, the first is named", () => {
  assert.match(unfit('start.flag ? "X" : "Y"', "colour") ?? "", /it may be X/);
  assert.match(unfit('start.flag ? "x-1" : "y-2"', "id") ?? "", /it is "x-1"/);
});

test("a fraction in a duration stays what it is, for the codec to refuse", () => {
  const { expression } = analyse('{"months": 0, "days": 1.5, "millis": 0}', fieldType("span"));
  assert.deepEqual(expression.evaluate({ start: {}, saga: {}, steps: {} }), { months: 0, days: 1.5, millis: 0 });
});

test("cel.bind wants a name first", () => {
  assert.equal(evaluate("cel.bind(n, start.small, n + n)", { small: 4 }, fieldType("small")), 8);
  assert.match(messageOf("start.small.bind(1)"), /`bind` is no method/);
});
