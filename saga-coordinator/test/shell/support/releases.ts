import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { createCodec, type EventCodec, fileRegistry, loadSchemas, memorySettings } from "@troupe/codec";
import { createIds, type Log, type Settings, type Uuid } from "@troupe/kernel";

const SCHEMAS = fileURLToPath(new URL("../../../../schemas", import.meta.url));
export const ids = createIds((data) => createHash("sha256").update(data).digest());
export const orderId = (name: string): Uuid => ids.messageId("test", [name]) as Uuid; // messageId makes UUIDs

export type Line = { readonly level: string; readonly text: string };
export function logInto(lines: Line[]): Log {
  const at = (level: string) => (_: unknown, text: string) => void lines.push({ level, text });
  const log: Log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error"), child: () => log };
  return log;
}

export async function shopCodec(settings: Settings = memorySettings()): Promise<EventCodec> {
  const schemas = loadSchemas(SCHEMAS);
  const codec = createCodec({ schemas, registry: await fileRegistry({ schemas, storage: settings }), ids });
  await codec.register();
  return codec;
}

/** A saga of one commanded step with an undo. `deadline`: changes the content. */
export const releaseSaga = (deadline = "10m"): string => `saga: release
start: { on: StockReleaseRequested }
deadline: ${deadline}
steps:
  recall:
    command: { emit: ShipmentRecallRequested, with: { orderId: saga.id } }
    done: ShipmentRecalled
    timeout: 30s
    retry: { attempts: 1 }
    compensate:
      emit: OrderConfirmationRequested
      with: { orderId: saga.id }
      done: OrderConfirmed
      timeout: 5s
      retry: { attempts: 2, backoff: 1s }
`;

/** A folder of definitions by file name, gone after the test. Writing again replaces a file; null removes it. */
export function folderOf(test: TestContext, files: { readonly [name: string]: string }) {
  const folder = mkdtempSync(join(tmpdir(), "sagas-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string | null): void => {
    if (text === null) rmSync(join(folder, name));
    else writeFileSync(join(folder, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  return { folder, write };
}
