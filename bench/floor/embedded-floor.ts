import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/*
 * What the machine gives without an engine: sagas written by hand on one SQLite file. Every tick advances each saga in
 * flight by one step, in one transaction with fsync: a record appended, the participant's document written, the saga's
 * document written again, offsets moved. No schemas, no checks, no inbox that is read, no timers, no lifecycle events.
 * `node bench/floor/embedded-floor.ts '{"steps":5,"recordBytes":600,"inFlight":64,"seconds":5,"warmUp":2}'`
 */
type Options = {
  readonly steps: number;
  readonly recordBytes: number;
  readonly inFlight: number;
  readonly seconds: number;
  readonly warmUp: number;
};

const PARTICIPANT_BYTES = 200;
const SAGA_BYTES = 600;

function open(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  db.exec("pragma journal_mode=wal; pragma synchronous=full; pragma cache_size=-65536");
  db.exec(`create table log(topic int, off int, key text, value blob, primary key(topic, off)) without rowid;
    create table doc(id text primary key, v int, body blob) without rowid;
    create table offs(topic int primary key, off int) without rowid;`);
  return db;
}

type Saga = { readonly id: string; step: number };

/** Returns sagas ended per second. Synchronous throughout: there is nobody to wait for. */
function run({ steps, recordBytes, inFlight, seconds, warmUp }: Options, db: DatabaseSync): number {
  const append = db.prepare("insert into log values(?, ?, ?, ?)");
  const create = db.prepare("insert into doc values(?, 1, ?)");
  const update = db.prepare("update doc set v = v + 1, body = ? where id = ? and v = ?");
  const move = db.prepare("insert into offs values(?, ?) on conflict do update set off = excluded.off");
  const record = Buffer.alloc(recordBytes, "r");
  const participant = Buffer.alloc(PARTICIPANT_BYTES, "p");
  const body = Buffer.alloc(SAGA_BYTES, "s");
  const heads = new Array<number>(steps).fill(0);
  let ended = 0;
  const begin = (): Saga => ({ id: crypto.randomUUID(), step: 0 });
  let sagas = Array.from({ length: inFlight }, begin);
  const tick = (): void => {
    db.exec("begin immediate");
    for (const saga of sagas) {
      const offset = (heads[saga.step] ?? 0) + 1;
      heads[saga.step] = offset;
      append.run(saga.step, offset, saga.id, record);
      if (saga.step > 0) create.run(`p${saga.step}/${saga.id}`, participant);
      if (saga.step === 0) create.run(`s/${saga.id}`, body);
      else update.run(body, `s/${saga.id}`, saga.step);
      saga.step += 1;
    }
    for (const [topic, off] of heads.entries()) move.run(topic, off);
    db.exec("commit");
    ended += sagas.filter(({ step }) => step === steps).length;
    sagas = sagas.map((saga) => (saga.step === steps ? begin() : saga));
  };
  const during = (millis: number): number => {
    const began = performance.now();
    ended = 0;
    while (performance.now() - began < millis) tick();
    return ended / ((performance.now() - began) / 1000);
  };
  during(warmUp * 1000);
  return during(seconds * 1000);
}

const folder = mkdtempSync(join(tmpdir(), "troupe-floor-"));
try {
  const options: Options = JSON.parse(process.argv[2] ?? "{}");
  const db = open(join(folder, "floor.db"));
  process.stdout.write(`${JSON.stringify({ sagasPerSecond: Math.round(run(options, db)) })}\n`);
  db.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
