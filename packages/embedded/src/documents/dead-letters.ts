import type { DeadLetter, DeadLetterFilter, DeadLetters } from "@troupe/kernel";
import { type Core, reading } from "../core.ts";
import type { DataFile } from "../file/data-file.ts";

export type DeadLetterRows = { add(letter: DeadLetter): void };

/** Runs inside a transaction. An id that exists is left as it was. */
export function createDeadLetterRows(file: DataFile): DeadLetterRows {
  const insert = file.command("insert into dead(id, grp, at, letter) values(?, ?, ?, ?) on conflict do nothing");
  return { add: (letter) => void insert(letter.id, letter.group, letter.at, JSON.stringify(letter)) };
}

const FITS = `(?1 is null or id=?1) and (?2 is null or grp=?2) and (?3 is null or at>=?3) and (?4 is null or letter->>'topic'=?4)
  and (?5 is null or letter->>'code'=?5) and (?6 is null or letter->>'key'=?6)`;

export function createDeadLetters(core: Core, rows: DeadLetterRows): DeadLetters {
  const newest = core.file.query<{ letter: string }>("select letter from dead order by at desc, id desc limit ?");
  const fitting = core.file.query<{ letter: string }>(`select letter from dead where ${FITS} order by at desc, id desc limit ?7`);
  const ofGroup = core.file.query<{ letter: string }>("select letter from dead where grp=? order by at desc, id desc limit ?");
  const counted = core.file.query<{ n: number }>("select count(*) n from dead");
  const remove = core.file.command("delete from dead where id=?");
  /** By the index where one serves; several conditions are looked at row by row. */
  const found = ({ limit, ...filter }: DeadLetterFilter & { readonly limit: number }): { letter: string }[] => {
    const { id, group, since, topic, code, key } = filter;
    const others = [id, since, topic, code, key].some((value) => value !== undefined);
    if (others) return fitting.all(id ?? null, group ?? null, since ?? null, topic ?? null, code ?? null, key ?? null, limit);
    return group === undefined ? newest.all(limit) : ofGroup.all(group, limit);
  };
  return {
    add: async (letters) => {
      if (letters.length > 0) await core.commit.enqueue(() => letters.forEach(rows.add), letters.length);
    },
    list: (query) => reading(core, () => found(query).map(({ letter }) => JSON.parse(letter) as DeadLetter)), // written by add
    remove: async (ids) => {
      if (ids.length === 0) return;
      await core.commit.enqueue(() => {
        for (const id of ids) remove(id);
      }, ids.length);
    },
    count: () => reading(core, () => counted.get()?.n ?? 0),
  };
}
