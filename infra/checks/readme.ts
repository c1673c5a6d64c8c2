/** Commands of README.md that `.ci/run` runs as steps of its own. */
const OWN_STEPS: readonly RegExp[] = [
  /^git clone /,
  /^cd /,
  /^npm test( -- --on native)?$/,
  /^npm run check$/,
  /^npm run servers -- (up|down)$/,
  /^docker compose /, // no container engine in CI; said so in docker-compose.yml
];
const ENDS_BY_ITSELF: readonly RegExp[] = [
  /^npm start -- (?=.*--exit)/,
  /^npm run servers -- (status|logs)/,
  /^npm run troupe -- (check|prove|diagram) /,
  /^npm run example -- /,
];
/** Commands that a running `npm start` answers or is joined by. */
const WITH_SERVER: readonly RegExp[] = [/^npm start$/, /^curl /, /^npm run role /];

/** Lines of the shell blocks of a page, without prompts and comments. */
export function commandsIn(page: string): readonly string[] {
  const blocks = [...page.matchAll(/^```(?:sh|bash|console)\n([\s\S]*?)^```/gm)].map((block) => block[1] ?? "");
  const lines = blocks
    .flatMap((block) => block.split("\n"))
    .map((line) =>
      line
        .replace(/^\$ /, "")
        .replace(/\s+#.*$/, "")
        .trim(),
    );
  return lines.filter((line) => line !== "" && !line.startsWith("#"));
}

/** Commands that run while `npm start` does, itself among them. */
export const withServer = (commands: readonly string[]): readonly string[] =>
  commands.filter((command) => WITH_SERVER.some((pattern) => pattern.test(command)));

/** The answers that the page shows to its curl lines, in their order: the text block of JSON lines. */
export function answersIn(page: string): readonly string[] {
  const blocks = [...page.matchAll(/^```text\n([\s\S]*?)^```/gm)].map((block) => (block[1] ?? "").trim().split("\n"));
  return blocks.find((lines) => lines.every((line) => line.startsWith("{"))) ?? [];
}

/** `...` in the page stands for anything. */
export function matches(answer: string, shown: string): boolean {
  let from = 0;
  const pieces = shown.split("...");
  for (const piece of pieces) {
    const at = answer.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return pieces.length > 1 || answer === shown;
}

/** Commands that are run one by one. */
export const selfEnding = (commands: readonly string[]): readonly string[] =>
  commands.filter((command) => ENDS_BY_ITSELF.some((pattern) => pattern.test(command)));

/** Commands that nothing runs: a defect of the page or of CI. */
export const unrun = (commands: readonly string[]): readonly string[] =>
  commands.filter((command) => ![...OWN_STEPS, ...ENDS_BY_ITSELF, ...WITH_SERVER].some((pattern) => pattern.test(command)));
