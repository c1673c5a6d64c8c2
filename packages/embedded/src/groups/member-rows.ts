import type { DataFile } from "../file/data-file.ts";
import type { Changes } from "../file/transaction.ts";
import type { Names } from "../names.ts";
import type { MemberTopics } from "./assignor.ts";
import type { GroupRows } from "./group-rows.ts";
import { isDead, machineMillis, type ProcessIdentity, thisProcess } from "./process-identity.ts";

/**
 * Members of groups as rows, each with a lease and the process it lives in. Who comes or goes raises the generation of the group.
 * `join`, `leave`, `renew` and `removeGone` run inside a transaction.
 */
export type MemberRows = {
  join(group: string, topics: readonly string[], changes: Changes): number;
  leave(member: number, changes: Changes): void;
  /** Prolongs the leases; false when one of them was removed meanwhile. */
  renew(members: readonly number[]): boolean;
  /** Is there a member whose process is gone or silent? Cheap: asked several times a second. */
  anyGone(): boolean;
  removeGone(changes: Changes): void;
  ofGroup(groupId: number): readonly MemberTopics[];
};

type Row = ProcessIdentity & { id: number; grp: number; topics: string; lease: number };

export type MemberRowsParts = {
  readonly file: DataFile;
  readonly names: Names;
  readonly groups: GroupRows;
  /** How long a member that does not renew is believed in. */
  readonly leaseMillis: number;
};

export function createMemberRows({ file, names, groups, leaseMillis }: MemberRowsParts): MemberRows {
  const self = thisProcess();
  const insert = file.command("insert into member(grp, topics, lease, boot, space, pid, started) values(?, ?, ?, ?, ?, ?, ?)");
  const remove = file.command("delete from member where id=?");
  const one = file.query<Row>("select * from member where id=?");
  const ofGroup = file.query<Row>("select * from member where grp=? order by id");
  const all = file.query<Row>("select * from member");
  const prolong = file.command("update member set lease=? where id=?");

  const removeRow = ({ id, grp }: Row, changes: Changes): void => {
    remove(id);
    groups.raise(grp, changes);
  };
  const isGone = (row: Row): boolean => row.lease < machineMillis() || isDead(row, self);
  return {
    join: (group, topics, changes) => {
      const groupId = names.make(group);
      const { boot, space, pid, started } = self;
      const { rowId } = insert(groupId, JSON.stringify(topics), machineMillis() + leaseMillis, boot, space, pid, started);
      groups.raise(groupId, changes);
      return rowId;
    },
    leave: (member, changes) => {
      const row = one.get(member);
      if (row !== undefined) removeRow(row, changes);
    },
    renew: (members) => members.every((member) => prolong(machineMillis() + leaseMillis, member).changes === 1),
    anyGone: () => all.all().some(isGone),
    removeGone: (changes) => {
      for (const row of all.all().filter(isGone)) removeRow(row, changes);
    },
    ofGroup: (groupId) => ofGroup.all(groupId).map(({ id, topics }) => ({ id, topics: topicsOf(topics) })),
  };
}

const topicsOf = (text: string): string[] => JSON.parse(text) as string[]; // written by join
