import { run } from "node:test";
import { CLOCKED } from "./clocked.ts";

/** Runs the given test files in this process and ends with 1 at the first failure, 0 when something ran and all passed. */
const files = process.argv.slice(2);
let passed = 0;
const stream = run({ files, isolation: "none", testSkipPatterns: [CLOCKED] });
stream.on("test:fail", ({ name, details }) => {
  process.stdout.write(`${name}: ${details.error.message.slice(0, 300)}\n`);
  process.exit(1);
});
stream.on("test:pass", () => {
  passed += 1;
});
stream.on("end", () => process.exit(passed > 0 ? 0 : 1));
stream.resume();
