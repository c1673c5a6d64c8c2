import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { answersIn, commandsIn, matches, selfEnding, unrun, withServer } from "./readme.ts";
import { ROOT, read } from "./tree.ts";

test("every command of README.md is run by CI", () => {
  const commands = commandsIn(read("README.md"));
  assert.ok(commands.length > 0, "README.md shows no command in a shell block");
  assert.deepEqual(unrun(commands), []);
});

test("every file that README.md names in code marks or links is there", () => {
  const named = [
    ...read("README.md").matchAll(/(?:`|\]\()((?:packages|services|saga-coordinator|sagas|schemas|infra|docs|e2e)\/[\w./-]*)[`)]/g),
  ];
  const missing = named.map((match) => match[1] ?? "").filter((path) => !existsSync(join(ROOT, path)));
  assert.deepEqual(missing, []);
});

test("commands are read without prompts, comments and output blocks", () => {
  const page = "```sh\n$ npm start   # serves\n# only a comment\nnpm start -- --orders 3 --exit\n```\n```\nnpm nonsense\n```\n";
  assert.deepEqual(commandsIn(page), ["npm start", "npm start -- --orders 3 --exit"]);
  assert.deepEqual(selfEnding(commandsIn(page)), ["npm start -- --orders 3 --exit"]);
});

test("a command that nothing runs is found", () => {
  assert.deepEqual(unrun(["npm test", "npm run nonsense"]), ["npm run nonsense"]);
});

test("every curl line of README.md stands with the answer that it gets", () => {
  const page = read("README.md");
  const curls = withServer(commandsIn(page)).filter((command) => command.startsWith("curl "));
  assert.ok(curls.length > 0);
  assert.equal(answersIn(page).length, curls.length);
});

test("an answer is compared to the letter, but for what the page leaves out", () => {
  assert.ok(matches('{"a":1,"b":2}', '{"a":1,"b":2}'));
  assert.ok(matches('{"a":1,"b":2,"c":3}', '{"a":1,...}'));
  assert.ok(!matches('{"a":1,"b":2}', '{"a":1}'));
  assert.ok(!matches('{"a":2,"b":1}', '{"a":1,...}'));
});
