import assert from "node:assert/strict";
import { test } from "node:test";
import { typeText } from "../../../src/core/expressions/types/cel-types.ts";
import { analyse, messageOf, problemsOf } from "../expressions/typed.ts";

const typeOf = (text: string): string => typeText(analyse(text).type);

const TYPES: readonly (readonly [text: string, type: string])[] = [
  // what may be of either
  ["start.flag ? start.small : null", "int or null"],
  ["start.flag ? null : start.small", "int or null"],
  ["start.flag ? null : null", "null"],
  ["start.flag ? null : start.maybeLong", "int or null"],
  ["start.flag ? start.maybeLong : start.small", "int or null"],
  ["start.flag ? start.small : start.maybeLong", "int or null"],
  ["start.flag ? start.maybeLong : steps.sure.maybeLong", "int or null"],
  ["start.flag ? start.small : start.text", "int or text"],
  ["start.flag ? start.small : start.flag ? start.text : true", "int or text or bool"],
  ["start.flag ? saga.x : 1", "any"],
  ["start.flag ? saga.x : null", "any"],
  ["start.flag ? start.real : start.single", "double"],
  ["start.textOrLong", "any"],
  // texts
  ["start.colour", "one of RED, GREEN"],
  ['"a"', 'text "a"'],
  ['start.flag ? "a" : start.colour', "one of a, RED, GREEN"],
  ['start.flag ? "a" : start.text', "text"],
  ["start.flag ? start.id : steps.sure.id", "uuid"],
  ["start.flag ? start.id : start.day", "text"],
  ["start.flag ? start.id : start.text", "text"],
  ['start.text + "x"', "text"],
  // numbers
  ["1u", "uint"],
  ["1u + 2u", "uint"],
  ["3u - 2u", "uint"],
  ["3u * 2u", "uint"],
  ["3u / 2u", "uint"],
  ["3u % 2u", "uint"],
  ["1.5 + start.real", "double"],
  ["1.5 - start.real", "double"],
  ["1.5 * start.real", "double"],
  ["1.5 / start.real", "double"],
  ["start.small + 1", "int"],
  ["start.small - 1", "int"],
  ["start.small * 2", "int"],
  ["start.small / 2", "int"],
  ["start.small % 2", "int"],
  ["-start.real", "double"],
  ["-start.small", "int"],
  ["-(start.small + 1)", "int"],
  ["-saga.x", "any"],
  ["saga.x + 1", "any"],
  ["saga.x < 1", "bool"],
  // decimals
  ["start.amount", "decimal(30,4)"],
  ["start.flag ? start.amount : start.price", "decimal(30,4)"],
  ["start.flag ? start.amount : start.amount * 2", "decimal"],
  ['decimal("12.50")', "decimal(4,2)"],
  ['decimal("-12.5")', "decimal(3,1)"],
  ['decimal("0.005")', "decimal(3,3)"],
  ["decimal(start.text)", "decimal"],
  ["decimal(1)", "decimal"],
  ["decimal(start.amount)", "decimal"],
  ["start.amount * start.price", "decimal"],
  ["start.amount * decimal(start.text)", "decimal"],
  // bytes, times
  ['b"a"', "bytes"],
  ['start.raw + b"x"', "bytes"],
  ["start.at - start.exactly", "duration"],
  ['duration("1h") + start.at', "timestamp"],
  ['start.at + duration("1h")', "timestamp"],
  ['start.at - duration("1h")', "timestamp"],
  ['duration("1h") + duration("1m")', "duration"],
  ['duration("1h") - duration("1m")', "duration"],
  // lists, maps, records
  ["[]", "list of any"],
  ['[1, "a"]', 'list of int or text "a"'],
  ['start.words + ["x"]', "list of text"],
  ['start.flag ? start.words : ["x"]', "list of text"],
  ["start.flag ? start.counts : steps.sure.counts", "map of int"],
  ["start.flag ? start.tree : steps.sure.tree", "record test.lab.Tree"],
  ['start.flag ? start.tree : {"a": 1}', "record test.lab.Tree or record written here"],
  ["start.flag ? start.words : start.counts", "list of text or map of int"],
  ["{start.text: 1}", "map of int"],
  ['{1: "a", 2: 3}', 'map of text "a" or int'],
  ["start.words[0]", "text"],
  ["start.words[saga.at]", "text"],
  ["start.counts[start.text]", "int"],
  ["start.counts[saga.key]", "int"],
  ["start.counts.one", "int"],
  ['start.counts["one"]', "int"],
  ["start[start.text]", "any"],
  ["(start.flag ? start.text : start.small).part", "any"],
  ["saga[start.text]", "any"],
  // macros
  ["start.words.map(word, word.size())", "list of int"],
  ['start.words.map(word, word != "", word)', "list of text"],
  ["start.words.map(word, start.maybeLong != null, start.maybeLong)", "list of int"],
  ['start.words.filter(word, word != "")', "list of text"],
  ["start.counts.map(name, name)", "list of text"],
  ["start.tree.map(name, name)", "list of text"],
  ["saga.list.map(item, item)", "list of any"],
  ["start.words.exists_one(word, true)", "bool"],
  ['start.words.join(",")', "text"],
  ['[saga.x].join(",")', "text"],
  ["string(start.amount)", "text"],
  ["dyn(start.maybeLong)", "any"],
  // what a test before has shown
  ["start.maybeLong == null ? 0 : start.maybeLong", "int"],
  ["start.maybeLong != null ? start.maybeLong : 0", "int"],
  ["start.maybeLong != null && start.flag ? start.maybeLong : 0", "int"],
  ["start.maybeLong == null || start.flag ? 0 : start.maybeLong", "int"],
];

for (const [text, type] of TYPES) {
  test(`\`${text}\` is ${type}`, () => {
    assert.deepEqual(problemsOf(text), []);
    assert.equal(typeOf(text), type);
  });
}

for (const text of [
  "start.maybeLong != null && start.flag && start.maybeLong > 3",
  "start.flag && start.maybeLong != null && start.maybeLong > 3",
  "start.maybeLong == null || start.flag || start.maybeLong > 3",
  "!(start.maybeLong == null || start.flag) && start.maybeLong > 3",
  "null != start.maybeLong && start.maybeLong > 3",
  "start.maybeLong == 4 && start.maybeLong > 3",
  "4 == start.maybeLong && start.maybeLong > 3",
  "start.maybeLong != 4 || start.maybeLong > 3",
  "(start.maybeLong != null && start.flag || start.maybeLong != null) && start.maybeLong > 3",
  "start.maybeLong != null && [1].exists(one, start.maybeLong > one)",
  "has(steps.unsure.maybeLong) && steps.unsure.small > 3 && steps.unsure.maybeLong > 3",
]) {
  test(`null is tested for before it could be read: ${text}`, () => assert.deepEqual(problemsOf(text), []));
}

for (const text of [
  "(start.maybeLong != null || start.flag) && start.maybeLong > 3",
  "start.maybeLong != 4 && start.maybeLong > 3",
  "start.maybeLong == null && start.maybeLong > 3",
  "!(start.maybeLong != null && start.flag) || start.flag && start.maybeAmount > 3",
  "start.maybeLong == start.small || start.maybeLong > 3",
  "start.small == start.large && start.maybeLong > 3",
  "start.maybeAmount != null && [start].exists(start, start.maybeAmount > 0)",
  "null + 1",
  "-start.maybeLong",
]) {
  test(`null may still be there: ${text}`, () => assert.deepEqual(problemsOf(text), ["value-may-be-null"]));
}

test("what is always null is said to be so", () => {
  assert.match(messageOf("null + 1"), /`null` is always null/);
});

for (const [text, code, found] of [
  ["steps[start.text]", "expression-invalid", /reads a step by a computed name; allowed is one step/],
  ["start.words[true]", "expression-type", /list of text has no part of type bool/],
  ["start.counts[1]", "expression-type", /map of int has no part of type int/],
  ["start.small[0]", "expression-type", /int has no part of type int/],
  ["-start.amount", "expression-type", /- is not defined for decimal\(30,4\); write 0 - \.\.\./],
  ["(start.flag ? start.text : start.small) > 3", "expression-type", /> is not defined for text or int and int/],
  ["(start.flag ? start.text : start.small) == true", "expression-type", /== is not defined/],
  ["[1] == start.words", "expression-type", /== is not defined for list of int and list of text/],
  ["1 in start.words", "expression-type", /in is not defined for int and list of text/],
  ["1 in start.counts", "expression-type", /in is not defined for int and map of int/],
  ['"x" in start.small', "expression-type", /in is not defined/],
  ['start.colour in ["GREY"]', "symbol-unknown", /can never be equal; .*allowed are RED, GREEN/],
  ["start.at + 5", "expression-type", /write a length of time as duration\("1h"\)/],
  ["start.amount / 2", "expression-type", /\/ is not defined for decimal\(30,4\) and int/],
  ["start.flag < start.small", "expression-type", /< is not defined for bool and int/],
  ["start.words < start.words", "expression-type", /< is not defined for list of text and list of text/],
  ['start.small.startsWith("a")', "expression-type", /startsWith does not take \(int, text "a"\); allowed are \(text, text\)/],
  ["size(start.text, start.text)", "expression-type", /size does not take \(text, text\)/],
  ['[1].join(",")', "expression-type", /join does not take/],
  ["size((start.flag ? start.text : start.small)) > 1", "expression-type", /size does not take \(text or int\)/],
  ["has(start.words[0])", "expression-invalid", /has\(\) takes a field/],
  ["{start.nothing: 1}", "field-unknown", /no field `nothing`/],
] as const) {
  test(`\`${text}\` is refused as ${code}, with what is allowed`, () => {
    assert.deepEqual(problemsOf(text), [code]);
    assert.match(messageOf(text), found);
  });
}

for (const text of [
  '(start.flag ? start.text : start.small) == "a"',
  "(start.flag ? start.text : start.small) == 3",
  "3 != (start.flag ? start.text : start.small)",
  "start.words == ['a']",
  "start.small == start.real",
  "start.amount == 3",
  "start.tree == {'label': 'a'}",
  "saga.x in start.words",
  '"a" in saga.list',
  '"a" in start.tree',
  "saga.x in start.counts",
  '(start.flag ? "a" : "b") == start.colour',
  "start.maybeLong == start.small",
  "(start.flag ? start.small : start.real) < 3.0",
]) {
  test(`can be compared: ${text}`, () => assert.deepEqual(problemsOf(text), []));
}
