import type { TestEvent } from "node:test/reporters";

/** Tests of one run, counted by what they mean here: a file without a test is a failure, not the one passing test Node makes of it. */
export type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number; readonly empty: readonly string[] };

/** A reporter of `node --test`: writes the counts as one line of JSON when the run ends. */
// biome-ignore lint/style/noDefaultExport: node loads the default export of a reporter
export default async function* countReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let [passed, failed, skipped] = [0, 0, 0];
  const empty: string[] = [];
  for await (const event of events) {
    if (event.type !== "test:pass" && event.type !== "test:fail") continue;
    const { name, file, skip, todo, details } = event.data;
    if (details.type === "suite") continue;
    if (event.type === "test:fail" && !todo) failed += 1;
    else if (file?.endsWith(name) && name.endsWith(".ts")) empty.push(name);
    else if (skip || todo) skipped += 1;
    else passed += 1;
  }
  yield `${JSON.stringify({ passed, failed, skipped, empty } satisfies Counts)}\n`;
}
