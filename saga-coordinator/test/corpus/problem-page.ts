import { DEFINITION_BOUNDS } from "../../src/core/definition/bounds.ts";
import { formatProblem, PROBLEM_CODES } from "../../src/core/definition/problems.ts";
import { repeatedSagas } from "../../src/core/definition/repeated-sagas.ts";
import type { Mistake } from "./read-corpus.ts";

const head = (example: string): string => `# What the checker says

\`troupe check FILE...\` reads saga definitions and names every problem of a file in one run, each on a line \`file:line:col code message\`:

\`\`\`text
${example}
\`\`\`

Line and column count from 1. They point at the key, or inside an expression at the part that is wrong. Errors keep a definition from
running; warnings, which follow under the line \`warnings:\`, are for what is probably not meant. This page is made from the corpus of
mistakes in \`saga-coordinator/test/corpus\` by \`npm run generate\`: for each code what the checker says of one of its files.

| code | for example |
| --- | --- |
`;

/** Text of docs/definition-problems.md. */
export function problemPage(mistakes: readonly Mistake[]): string {
  const said = new Map<string, string>([
    ["too-large", `the file has 10000089 characters; allowed are ${DEFINITION_BOUNDS.characters}`],
    ...repeatedSagas([
      { file: "order.saga.yaml", saga: "order" },
      { file: "order-copy.saga.yaml", saga: "order" },
    ]).map(({ code, message }) => [code, message] as const),
  ]);
  for (const { code, message, severity } of mistakes.flatMap(({ problems }) => problems))
    if (!said.has(code)) said.set(code, severity === "warning" ? `(warning) ${message}` : message);
  const rows = PROBLEM_CODES.map((code) => `| \`${code}\` | ${(said.get(code) ?? "").replaceAll("|", "\\|")} |\n`);
  const example = mistakes.flatMap(({ problems }) => problems).find(({ code }) => code === "field-unknown");
  return head(example === undefined ? "" : formatProblem(example)) + rows.join("");
}
