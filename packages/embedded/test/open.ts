import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock, Log } from "@troupe/kernel";
import { type Embedded, openEmbedded } from "../src/index.ts";

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/** The real time: these tests look at a real file and real processes. */
export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (millis) => new Promise((resolve) => setTimeout(resolve, millis)),
};

export type Bounds = { readonly maxDocumentBytes?: number; readonly maxFileBytes?: number };

export const openAt = (file: string, bounds: Bounds = {}): Embedded =>
  openEmbedded({ file, clock: realClock, random: { next: Math.random }, log: silent, ...bounds });

/** A folder of its own for a test, with the way to remove it. */
export function scratch(): { readonly file: string; readonly dispose: () => Promise<void> } {
  const folder = mkdtempSync(join(tmpdir(), "troupe-embedded-"));
  return { file: join(folder, "data", "troupe.db"), dispose: async () => rmSync(folder, { recursive: true, force: true }) };
}
