import { commandsIn, selfEnding } from "./readme.ts";
import { read } from "./tree.ts";

/** Prints the commands of README.md that `.ci/run` is to run, one a line. */
process.stdout.write(`${[...new Set(selfEnding(commandsIn(read("README.md"))))].join("\n")}\n`);
