import { problemPage } from "./problem-page.ts";
import { readCorpus } from "./read-corpus.ts";

/** Prints docs/definition-problems.md; `npm run generate` puts it there. */
process.stdout.write(problemPage(readCorpus()));
