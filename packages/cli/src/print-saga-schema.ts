import { definitionSchema } from "@troupe/saga-coordinator/core";

/** A list of texts and numbers on one line, as the formatter wants it. */
const SHORT_LIST = /\[\n\s+((?:"[^"\n]*"|[\d.]+)(?:,\n\s+(?:"[^"\n]*"|[\d.]+))*)\n\s+\]/g;

/** Prints sagas/saga.schema.json; `npm run generate` puts it there. */
const text = JSON.stringify(definitionSchema(), null, 2);
process.stdout.write(`${text.replaceAll(SHORT_LIST, (_, items: string) => `[${items.replaceAll(/,\n\s+/g, ", ")}]`)}\n`);
