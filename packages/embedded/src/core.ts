import type { Clock, Log, Random } from "@troupe/kernel";
import type { LogRows } from "./bus/log-rows.ts";
import type { Caches } from "./file/caches.ts";
import type { DataFile } from "./file/data-file.ts";
import type { GroupCommit } from "./file/group-commit.ts";
import { isLocked } from "./file/sqlite-errors.ts";
import { unreachable } from "./file/transaction.ts";
import type { GroupRows } from "./groups/group-rows.ts";
import type { MemberRows } from "./groups/member-rows.ts";
import type { Names } from "./names.ts";

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
  /** See EmbeddedOptions. */
  readonly leaseMillis: number;
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
