import { settingsTable } from "./settings.ts";

/** Prints the table of docs/configuration.md; `npm run generate` puts it there. */
process.stdout.write(settingsTable());
