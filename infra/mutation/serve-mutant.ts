import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";

/** Loaded before everything else (`--import`): gives one module of the tree another text, and leaves all others alone. */
const url = process.env["MUTANT_URL"] ?? "";
const source = readFileSync(process.env["MUTANT_TEXT"] ?? "", "utf8");

registerHooks({
  load: (asked, context, next) => (asked === url ? { format: "module", source, shortCircuit: true } : next(asked, context)),
});
