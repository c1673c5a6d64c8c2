/* The composition room for programs beside the commands: the bench builds its platform exactly as `npm start` does. */
export { readConfig } from "../config.ts";
export { openPlatform, type Platform } from "./open-platform.ts";
export { readDefinitions } from "./read-definitions.ts";
export { parse, runMain, strictCommand, wholeNumber } from "./run-main.ts";
export { terminalLog } from "./terminal-log.ts";
