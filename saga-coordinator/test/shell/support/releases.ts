import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { createCodec, type EventCodec, fileRegistry, loadSchemas, memorySettings } from "@troupe/codec";
import { createIds, type Log, type Settings, type Uuid } from "@troupe/kernel";
import type { DefinitionFile } from "../../../src/shell/definitions.ts";

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

/** Definitions by file name, as the composition root would hand them in. Writing again replaces a file; null removes it. */
export function filesOf(initial: { readonly [name: string]: string }) {
  const texts = new Map(Object.entries(initial));
  return {
    files: (): readonly DefinitionFile[] => [...texts].map(([file, text]) => ({ file, text })),
    write: (name: string, text: string | null): void => {
      if (text === null) texts.delete(name);
      else texts.set(name, text);
    },
  };
}
