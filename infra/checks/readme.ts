/** Commands of README.md that `.ci/run` runs as steps of its own; the others must end by themselves. */
const OWN_STEPS: readonly RegExp[] = [
  /^git clone /,
  /^cd /,
  /^npm start$/, // the same as the ones with --exit, but it serves until Ctrl-C
  /^npm test( -- --on native)?$/,
  /^npm run check$/,
  /^npm run servers -- (up|down)$/,
  /^docker compose /, // no container engine in CI; said so in docker-compose.yml
];
const ENDS_BY_ITSELF: readonly RegExp[] = [
  /^npm start -- (?=.*--exit)/,
  /^npm run servers -- (status|logs)/,
  /^npm run (troupe|generate) /,
  /^curl /,
];

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

/** Commands that `.ci/run` runs one by one. */
export const selfEnding = (commands: readonly string[]): readonly string[] =>
  commands.filter((command) => ENDS_BY_ITSELF.some((pattern) => pattern.test(command)));

/** Commands that nothing runs: a defect of the page or of CI. */
export const unrun = (commands: readonly string[]): readonly string[] =>
  commands.filter((command) => ![...OWN_STEPS, ...ENDS_BY_ITSELF].some((pattern) => pattern.test(command)));
