import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { ask } from "../http.ts";
import { assertClean } from "../outcome.ts";
import { ALL_ROLES, type RoleProcess, roleProcess } from "../roles.ts";
import { endedSaga } from "../sagas.ts";
import { NATIVE } from "../servers.ts";
import { troupe } from "../troupe.ts";
import { until } from "../until.ts";
import { type PatientCrowd, patientCrowd } from "./patient-crowd.ts";
import { watchMemory } from "./watch-memory.ts";

/** What goes away and how it comes back. `end` resolves when the server itself answers again. */
export type Outage = {
  readonly env?: { readonly [name: string]: string };
  begin(): Promise<void>;
  end(): Promise<void>;
  /** How long it lasts at least, in seconds. */
  readonly seconds: number;
  /** What /readyz must say meanwhile; undefined for a fault that is over before anybody could see it. */
  readonly reason?: RegExp;
  /** It lasts so long that more orders come than may wait: some must be told to come back. */
  readonly overflows?: true;
};

/** Moments of an outage, in milliseconds of one clock. */
type Moments = {
  readonly began: number;
  readonly red: number | undefined;
  readonly returned: number;
  readonly green: number;
  /** End of the first order that was accepted after the outage began, and of the first one after the return. */
  readonly flowing: number;
  readonly caughtUp: number;
};

/** Above what any of these tests needs, far below what an unbounded queue would take. */
const MOST_BYTES = 700 * 1024 * 1024;

/**
 * Orders flow into one process with all roles while a server fails and comes back. Seen: readiness turns red and says why,
 * memory stays bounded, the process goes on by itself, every accepted order ends, and an audit of the whole log finds
 * nothing lost and nothing doubled. Times are reported, not judged.
 */
export async function survive(t: TestContext, outage: Outage): Promise<void> {
  const { env = {} } = outage;
  const run = await roleProcess(t, ALL_ROLES, { place: NATIVE, env });
  await untilReady(run.at);
  const customers = patientCrowd(t, run.at);
  await until("20 orders before the outage", () => customers.accepted.length >= 20, { withinMs: 60_000 });
  const memory = watchMemory(run.at);
  const moments = await pass(outage, { run, customers });
  const accepted = await customers.stop();
  const ends = await endsOf(run.at, accepted);
  const highest = await memory.stop();
  t.diagnostic([...told(moments), ...ends, answersOf(customers), `highest memory ${Math.round(highest / 1024 / 1024)} MB`].join("; "));
  assert.deepEqual(customers.rude, []);
  if (outage.overflows) assert.ok((customers.answers.get(429) ?? 0) > 0, "nobody was told to come back");
  assert.ok(highest < MOST_BYTES, `${highest} bytes were resident`);
  run.signal("SIGTERM");
  assert.equal((await run.ended(30_000)).code, 0);
  await audit(t, { env, atLeast: accepted.length });
}

type Scene = { readonly run: RoleProcess; readonly customers: PatientCrowd };

/** From before the outage until orders flow as before. */
async function pass(outage: Outage, { run, customers }: Scene): Promise<Moments> {
  const began = performance.now();
  await outage.begin();
  const flowing = endOfNext({ run, customers });
  const red = outage.reason === undefined ? undefined : await untilRed(run.at, outage.reason);
  await until("the end of the outage", () => performance.now() - began > outage.seconds * 1000, { withinMs: 120_000 });
  await outage.end();
  const returned = performance.now();
  const caughtUp = endOfNext({ run, customers });
  await untilReady(run.at);
  const green = performance.now();
  return { began, red, returned, green, flowing: await flowing, caughtUp: await caughtUp };
}

/** When the next order that is accepted ends. */
function endOfNext({ run, customers }: Scene): Promise<number> {
  const nth = customers.accepted.length;
  const end = (async () => {
    await until("an order accepted", () => customers.accepted[nth] !== undefined, { withinMs: 240_000 });
    await endedSaga(run.at, customers.accepted[nth] ?? "", { withinMs: 240_000 });
    return performance.now();
  })();
  end.catch(() => {}); // whoever awaits it tells
  return end;
}

/** Both ends are right: a step that could not work in time is a reason to undo. */
async function endsOf(address: string, accepted: readonly string[]): Promise<readonly string[]> {
  const ends = new Map<string, number>();
  for (const id of accepted) {
    const { status } = await endedSaga(address, id, { withinMs: 90_000 });
    ends.set(status, (ends.get(status) ?? 0) + 1);
  }
  return [`${accepted.length} orders: ${[...ends].map(([status, times]) => `${times} ${status}`).join(", ")}`];
}

/** Reads the whole log and all books once more, in a new process. */
async function audit(t: TestContext, { env, atLeast }: { env: NonNullable<Outage["env"]>; atLeast: number }): Promise<void> {
  const args = ["start", ...NATIVE, "--orders", "0", "--exit", "--json", "--port", "0"];
  const outcome = assertClean(await troupe(t, args, { env }).ended(180_000));
  assert.ok(outcome.orders >= atLeast, `${outcome.orders} orders are there of at least ${atLeast}`);
}

async function untilRed(address: string, reason: RegExp): Promise<number> {
  await until(`/readyz says ${reason}`, async () => {
    const { status, text } = await ask(`${address}/readyz`);
    if (status === 503 && reason.test(text)) return true;
    throw new Error(`${status} ${text}`);
  });
  return performance.now();
}

async function untilReady(address: string): Promise<void> {
  const ready = async (): Promise<true> => {
    const { status, text } = await ask(`${address}/readyz`);
    if (status !== 200) throw new Error(text);
    return true;
  };
  await until("readiness", ready, { withinMs: 90_000 });
}

function told({ began, red, returned, green, flowing, caughtUp }: Moments): readonly string[] {
  const flows = flowing < returned ? `${seconds(flowing - began)} s after it began` : `${seconds(flowing - returned)} s after the return`;
  return [
    ...(red === undefined ? [] : [`red ${seconds(red - began)} s after it began`]),
    `back after ${seconds(returned - began)} s`,
    `green ${seconds(green - returned)} s after the return`,
    `the first order accepted in it ended ${flows}, the first one accepted behind it ${seconds(caughtUp - returned)} s after the return`,
  ];
}

const answersOf = ({ answers }: PatientCrowd): string =>
  `answers ${[...answers].map(([answer, times]) => `${answer}: ${times}`).join(", ")}`;

const seconds = (millis: number): string => (millis / 1000).toFixed(1);
