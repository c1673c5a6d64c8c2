import { createLog } from "@troupe/telemetry";
import type { Config } from "../config.ts";
import type { MakeLog } from "./open-platform.ts";

/** Log lines on stderr: readable on a terminal, JSON elsewhere; personal data masked. */
export function terminalLog({ logLevel }: Config): MakeLog {
  const terminal = process.stderr.isTTY === true;
  return (pii) => createLog({ level: logLevel, format: terminal ? "pretty" : "json", colour: terminal, destination: process.stderr, pii });
}
