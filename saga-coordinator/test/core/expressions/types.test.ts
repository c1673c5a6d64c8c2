import assert from "node:assert/strict";
import { test } from "node:test";
import { messageOf, problemsOf, unfit } from "./typed.ts";

test("well-typed expressions have no problems", () => {
  for (const text of [
    "start.small + 1 > start.large",
    'start.text + "x" == start.id',
    'start.amount > decimal("100.00") && start.amount <= 500',
    'start.colour == "RED" || start.colour in ["GREEN"]',
    "start.maybeLong == null || start.maybeLong > 3",
    "start.maybeAmount != null ? start.maybeAmount > 0 : false",
    "has(start.maybeAmount) && start.maybeAmount > 0",
    "!(start.maybeLong == null) && start.maybeLong > 3",
    "!has(start.maybeLong) || start.maybeLong > 3",
    "has(steps.unsure.small) && steps.unsure.small > 3",
    "steps.unsure != null && steps.unsure.small > 3",
    "start.words.map(word, word.size()).exists(size, size > 3)",
    'start.tree.children.all(child, child.label.startsWith("a"))',
    "size(start.words) > 2 && start.counts.size() > 1",
    'start.at - timestamp("2026-01-01T00:00:00Z") > duration("1h")',
    "cel.bind(n, start.small, n + n > 3)",
    "start.single * 2.0 < start.real",
    "start.small < 2.5",
    'start.shape["test.lab.Circle"].radius > 2.0',
    "start.textOrLong",
    '"a" in {"a": 1}',
  ])
    assert.deepEqual(problemsOf(text), [], text);
});

for (const [text, code, found] of [
  ["start.smal > 1", "field-unknown", /EveryType has no field `smal`; did you mean `small`\?/],
  ['start.tree.lable == "x"', "field-unknown", /test\.lab\.Tree has no field `lable`; did you mean `label`/],
  ["steps.shure.small > 1", "step-unknown", /reads `shure`, which is no step; did you mean `sure`/],
  ["start.words.exists(w, w.x)", "expression-type", /`w` is text, which has no part `x`/],
  [
    "start.amount > 100.5",
    "expression-type",
    /> is not defined for decimal\(30,4\) and double; a decimal is exact, so write the number as decimal\("12.50"\)/,
  ],
  ['start.amount > "100"', "expression-type", /turn the text into a number with decimal/],
  ["start.small + 1.5", "expression-type", /turn the whole number into a double/],
  ["start.text + 1", "expression-type", /turn the number into text with string/],
  ['start.at > "2026-01-01"', "expression-type", /write the instant as timestamp/],
  ["start.flag + 1", "expression-type", /\+ is not defined for bool and int/],
  ["!start.small", "expression-type", /`start.small` is int; allowed is a condition/],
  ["start.small && true", "expression-type", /allowed is a condition, true or false/],
  ["start.text ? 1 : 2", "expression-type", /allowed is a condition/],
  ["start.small == start.text", "expression-type", /== is not defined for int and text/],
  [
    'start.colour == "GREY"',
    "symbol-unknown",
    /`start.colour == "GREY"` can never be equal; (did you mean `\w+`\? )?allowed are RED, GREEN/,
  ],
  ['"BLUE" != start.colour', "symbol-unknown", /allowed are RED, GREEN/],
  ["start.maybeLong > 3", "value-may-be-null", /`start.maybeLong` may be null; test it first, e.g. `start.maybeLong != null && \.\.\.`/],
  ["start.maybeLong > 3 && start.maybeLong != null", "value-may-be-null", /may be null/],
  ["has(start.maybeLong) || start.maybeLong > 3", "value-may-be-null", /may be null/],
  ["steps.unsure.small > 3", "value-may-be-null", /`steps.unsure` may be null/],
  ["start.text.foo()", "expression-invalid", /`foo` is no method/],
  ["lenght(start.text)", "expression-invalid", /`lenght` is no function/],
  ["size(start.small) > 1", "expression-type", /size does not take \(int\); allowed are \(text\) and \(bytes\) and \(list\) and \(map\)/],
  ['start.words["a"] == "b"', "expression-type", /list of text, which has no part `a`/],
  ["start.small.all(x, x > 1)", "expression-type", /`start.small` is int; allowed is a list/],
  ["has(start)", "expression-invalid", /has\(\) takes a field/],
  ["has(start.nothing)", "field-unknown", /no field `nothing`/],
  ['decimal("12,50") > start.amount', "expression-type", /`12,50` is not a decimal number/],
  ["steps == null", "expression-invalid", /reads steps as a whole/],
  ["-start.text", "expression-type", /- is not defined for text/],
] as const) {
  test(`\`${text}\` is refused as ${code}`, () => {
    assert.deepEqual(problemsOf(text), [code]);
    assert.match(messageOf(text), found);
  });
}

test("a value fits a field when its type, digits, range, symbols and null do", () => {
  for (const [text, field] of [
    ["start.small", "small"],
    ["start.small", "large"],
    ["start.small + 1", "small"],
    ["int(start.large)", "small"],
    ["start.price", "amount"],
    ["start.price * 2", "price"],
    ["12", "amount"],
    ["start.colour", "colour"],
    ['start.flag ? "RED" : "GREEN"', "colour"],
    ["start.colour", "text"],
    ["start.text", "id"],
    ["start.maybeLong", "maybeLong"],
    ["null", "maybeLong"],
    ["start.large", "maybeLong"],
    ["start.small", "real"],
    ["start.tree", "tree"],
    ['{"label": "a", "children": []}', "tree"],
    ['["a", start.text]', "words"],
    ["[]", "words"],
    ['{"a": 1}', "counts"],
    ["start.at", "exactly"],
    ["start.flag ? start.price : decimal(1)", "amount"],
  ] as const)
    assert.equal(unfit(text, field), undefined, `${text} into ${field}`);
});

for (const [text, field, why] of [
  [
    "start.large",
    "small",
    /whole number from -9223372036854775808 to 9223372036854775807; int takes -2147483648 to 2147483647; write int\(\.\.\.\) around it/,
  ],
  ["3000000000", "small", /it is 3000000000; int takes/],
  ["86400000", "clock", /time takes 0 to 86399999/],
  ["start.amount", "price", /it has 4 digits after the point; decimal\(10,2\) takes 2/],
  ["start.price", "maybeAmount", /it has 8 digits before the point; decimal\(6,2\) takes 4/],
  ["12.5", "amount", /it is double; allowed is decimal\(30,4\)/],
  ["start.text", "amount", /it is text; turn it into a number with decimal/],
  ["start.maybeLong", "large", /it may be null \(int or null\); allowed is long/],
  ["null", "text", /it is null; allowed is text/],
  ["start.text", "colour", /it is any text; allowed is one of RED, GREEN/],
  ['"GREN"', "colour", /it may be GREN; did you mean `GREEN`\?/],
  ['start.flag ? "RED" : "BLUE"', "colour", /it may be BLUE/],
  ['"not-a-uuid"', "id", /it is "not-a-uuid"; allowed is uuid/],
  ["start.day", "id", /it is date; allowed is uuid/],
  ["start.small", "at", /it is int; allowed is timestamp/],
  ["start.text", "flag", /it is text; allowed is boolean/],
  ['{"label": "a"}', "tree", /it has no children, which record test.lab.Tree needs/],
  ['{"label": "a", "children": [], "x": 1}', "tree", /it has `x`, which record test.lab.Tree does not know/],
  ['{"label": 1, "children": []}', "tree", /in `label` it is int; allowed is text/],
  ["[1]", "words", /in an element it is int; allowed is text/],
  ['{"a": "b"}', "counts", /in `a` it is text "b"; allowed is long/],
] as const) {
  test(`\`${text}\` does not fit ${field}`, () => {
    assert.match(unfit(text, field) ?? "it fits", why);
  });
}
