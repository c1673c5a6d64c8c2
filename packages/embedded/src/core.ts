import type { Clock, Log, Random } from "@troupe/kernel";
import type { Caches } from "./caches.ts";
import type { DataFile } from "./data-file.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { GroupRows } from "./group-rows.ts";
import type { LogRows } from "./log-rows.ts";
import type { MemberRows } from "./member-rows.ts";
import type { Names } from "./names.ts";
import { isLocked } from "./sqlite-errors.ts";
import { unreachable } from "./transaction.ts";

/** What the faces of one opened file share. */
export type Core = {
  readonly file: DataFile;
  readonly caches: Caches;
  readonly names: Names;
  readonly logRows: LogRows;
  readonly groups: GroupRows;
  readonly members: MemberRows;
  readonly commit: GroupCommit;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
};

const READ_PATIENCE_MILLIS = 5_000;

/**
 * Reads what is committed. A reader meets a lock only while another process recovers or closes the file, so it asks again.
 * Rejects with what `question` threw, or STORE_UNREACHABLE.
 */
export async function reading<T>({ file, random }: Pick<Core, "file" | "random">, question: () => T): Promise<T> {
  const end = performance.now() + READ_PATIENCE_MILLIS;
  for (;;) {
    try {
      return question();
    } catch (error) {
      if (!isLocked(error) || performance.now() > end) {
        throw unreachable(file, error);
      }
      await new Promise((resolve) => setTimeout(resolve, 1 + Math.floor(random.next() * 5)));
    }
  }
}
