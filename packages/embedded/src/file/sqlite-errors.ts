/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html); the low byte of the extended code. */
const BUSY = 5;
const LOCKED = 6;

/** Primary result code of an error of the driver; undefined for anything else. */
export function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return error.errcode & 0xff;
}

/** Another connection holds a lock: the same statement may succeed a moment later. */
export const isLocked = (error: unknown): boolean => [BUSY, LOCKED].includes(resultCode(error) ?? -1);
