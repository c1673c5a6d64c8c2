import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { createCodec, fileRegistry, loadSchemas } from "@troupe/codec";
import { createIds } from "@troupe/kernel";
import type { KnownEvent } from "../../src/core/definition/types.ts";

const schemas = loadSchemas(fileURLToPath(new URL("schemas", import.meta.url)));
const ids = createIds((data) => createHash("sha256").update(data).digest());

/** The events that the corpus is written over, as the codec describes them. */
export const corpusEvents: readonly KnownEvent[] = createCodec({ schemas, registry: fileRegistry({ schemas }), ids }).events;
