import type { DeadLetter, DeadLetters } from "@troupe/kernel";
import { type Core, reading } from "../core.ts";
import type { DataFile } from "../file/data-file.ts";

export type DeadLetterRows = { add(letter: DeadLetter): void };

/** Runs inside a transaction. An id that exists is left as it was. */
export function createDeadLetterRows(file: DataFile): DeadLetterRows {
  const insert = file.command("insert into dead(id, grp, at, letter) values(?, ?, ?, ?) on conflict do nothing");
  return { add: (letter) => void insert(letter.id, letter.group, letter.at, JSON.stringify(letter)) };
}

export function createDeadLetters(core: Core, rows: DeadLetterRows): DeadLetters {
  const all = core.file.query<{ letter: string }>("select letter from dead order by at desc, id desc limit ?");
  const ofGroup = core.file.query<{ letter: string }>("select letter from dead where grp=? order by at desc, id desc limit ?");
  const counted = core.file.query<{ n: number }>("select count(*) n from dead");
  return {
    add: async (letters) => {
      if (letters.length > 0) await core.commit.enqueue(() => letters.forEach(rows.add));
    },
    list: ({ group, limit }) =>
      reading(
        core,
        () => (group === undefined ? all.all(limit) : ofGroup.all(group, limit)).map(({ letter }) => JSON.parse(letter) as DeadLetter), // written by add
      ),
    count: () => reading(core, () => counted.get()?.n ?? 0),
  };
}
