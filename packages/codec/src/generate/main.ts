import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { explain, TroupeError } from "@troupe/kernel";
import { loadSchemas } from "../schema/load.ts";
import { driftOf, writeGenerated } from "./drift.ts";
import { writeTypes } from "./write-types.ts";

/** `node packages/codec/src/generate/main.ts [--check]`: writes schemas/generated, or says what has drifted and exits 1. */
function main(options: readonly string[]): number {
  const check = options.includes("--check");
  const unknown = options.find((option) => option !== "--check");
  if (unknown !== undefined) throw new TroupeError("OPTION_UNKNOWN", { option: unknown, allowed: "allowed is --check" });
  const schemas = fileURLToPath(new URL("../../../../schemas", import.meta.url));
  const generated = join(schemas, "generated");
  const files = writeTypes(loadSchemas(schemas).events);
  const changed = check ? driftOf(generated, files) : writeGenerated(generated, files);
  const names = changed.map((name) => `schemas/generated/${name}`).join(", ");
  if (changed.length === 0) console.log(`schemas/generated is up to date (${files.size} files)`);
  else if (check) console.error(`Generated types have drifted from the schemas: ${names}. Run node packages/codec/src/generate/main.ts.`);
  else console.log(`wrote ${names}`);
  return check && changed.length > 0 ? 1 : 0;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
