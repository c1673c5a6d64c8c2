/** Marks the file as ours in its header: "Trpe". */
export const APPLICATION_ID = 0x54727065;
/** Raised when an older program could no longer read the tables. */
export const FORMAT = 2;

const PARKED = `
create table parked(owner int, doc text, topic text, part int, off int, at int not null, bytes int not null, row text not null,
  primary key(owner, doc, topic, part, off)) without rowid;
create index parked_at on parked(at, owner, doc);
`;

/**
 * `name` gives small numbers to owners and groups, so that no row repeats their text.
 * `doc.name` and `doc.rest` are the two halves of `name@version#hash`: the read side filters by the first.
 * Its one index serves pages, filters and counts; the two partial ones hold only documents that wait for something.
 */
export const TABLES = `
create table name(id integer primary key, name text not null unique);
create table topic(id integer primary key, name text not null unique, partitions int not null);
create table log(topic int, part int, off int, ts int not null, key text, value blob, headers text not null,
  primary key(topic, part, off)) without rowid;
create table doc(owner int, id text, version int not null, w text not null, shard int not null, name text not null, rest text not null,
  status text not null, updated int not null, due int, length int not null, seq int not null, unsent int,
  state text not null, inbox text not null, outbox text not null, parked text, primary key(owner, id)) without rowid;
create index doc_page on doc(owner, name, status, updated, id);
create index doc_due on doc(owner, due, shard) where due is not null;
create index doc_unsent on doc(owner, unsent, shard) where unsent is not null;
create table history(owner int, id text, ord int, at int not null, entry text not null, primary key(owner, id, ord)) without rowid;
create table dead(id text primary key, grp text not null, at int not null, letter text not null) without rowid;
create index dead_at on dead(at, id);
create index dead_grp on dead(grp, at, id);
create table setting(key text primary key, value text not null) without rowid;
create table grp(id integer primary key, generation int not null);
create table member(id integer primary key autoincrement, grp int not null, topics text not null, lease int not null,
  boot text not null, space text not null, pid int not null, started text not null);
create index member_grp on member(grp, id);
create table offs(grp int, topic int, part int, off int not null, primary key(grp, topic, part)) without rowid;
${PARKED}`;

/** What brings a file of format n to format n + 1: the entry at n. */
export const UPGRADES: { readonly [format: number]: string } = {
  1: `alter table doc add column parked text;${PARKED}`,
};

/**
 * Tables that came after the first files were written; an older program does not miss them. `search` holds what
 * documents are found by, and is written only when a value changes.
 */
export const LATER_TABLES = `
create table if not exists search(owner int, id text, key text, value text not null, primary key(owner, id, key)) without rowid;
create index if not exists search_value on search(owner, key, value, id);
`;
