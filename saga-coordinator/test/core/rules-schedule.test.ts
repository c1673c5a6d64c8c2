import assert from "node:assert/strict";
import { test } from "node:test";
import { type CronOf, reactSchedule, type ScheduleState, TICKS_LIMIT } from "../../src/core/index.ts";
import { nextInstantOf } from "../../src/core/schedule/next-instant.ts";

const at = (text: string): number => Date.parse(text);
const shown = (instant: number | undefined): string | undefined =>
  instant === undefined ? undefined : new Date(instant).toISOString().slice(0, 16);

/** The instants that follow, as UTC. */
function instants(
  cron: string,
  { zone = "UTC", from, count = 3 }: { zone?: string; from: string; count?: number },
): readonly (string | undefined)[] {
  const next = nextInstantOf(cron, zone);
  const found: (string | undefined)[] = [];
  for (let after: number | undefined = at(from); after !== undefined && found.length < count; ) {
    after = next(after);
    found.push(shown(after));
  }
  return found;
}

test("rule 17: fields are those of crontab: lists, ranges, steps and names", () => {
  assert.deepEqual(instants("0 6 * * *", { from: "2026-03-01T07:00:00Z", count: 2 }), ["2026-03-02T06:00", "2026-03-03T06:00"]);
  assert.deepEqual(instants("*/20 9-10 * * mon-fri", { from: "2026-01-02T10:30:00Z" }), [
    "2026-01-02T10:40",
    "2026-01-05T09:00",
    "2026-01-05T09:20",
  ]);
  assert.deepEqual(instants("5/25 0 1 jan,jul *", { from: "2026-01-01T00:10:00Z" }), [
    "2026-01-01T00:30",
    "2026-01-01T00:55",
    "2026-07-01T00:05",
  ]);
  assert.deepEqual(instants("0 0 29 2 *", { from: "2026-01-01T00:00:00Z", count: 2 }), ["2028-02-29T00:00", "2032-02-29T00:00"]);
  assert.deepEqual(instants("0 0 * * 7", { from: "2026-01-01T00:00:00Z", count: 1 }), ["2026-01-04T00:00"], "7 is Sunday too");
});

test("rule 17: where day and weekday are both restricted, either of them is enough", () => {
  assert.deepEqual(instants("0 0 13 * fri", { from: "2026-02-01T00:00:00Z" }), [
    "2026-02-06T00:00",
    "2026-02-13T00:00",
    "2026-02-20T00:00",
  ]);
});

test("rule 17: a local time that does not exist fires at the next valid one, once", () => {
  const berlin = { zone: "Europe/Berlin", from: "2026-03-28T12:00:00Z" };
  // 02:30 of 29 March 2026 does not exist in Berlin: the clocks go from 02:00 to 03:00, 01:00 UTC.
  assert.deepEqual(instants("30 2 * * *", berlin), ["2026-03-29T01:00", "2026-03-30T00:30", "2026-03-31T00:30"]);
  assert.deepEqual(instants("*/15 2 * * *", { ...berlin, count: 2 }), ["2026-03-29T01:00", "2026-03-30T00:00"]);
});

test("rule 17: a local time that comes twice fires once, the first time", () => {
  assert.deepEqual(instants("30 2 * * *", { zone: "Europe/Berlin", from: "2026-10-24T12:00:00Z", count: 2 }), [
    "2026-10-25T00:30",
    "2026-10-26T01:30",
  ]);
});

test("rule 17: other sides of the world, and half hours", () => {
  assert.deepEqual(instants("0 6 * * *", { zone: "Asia/Kolkata", from: "2026-01-01T00:00:00Z", count: 1 }), ["2026-01-01T00:30"]);
  assert.deepEqual(instants("0 0 1 1 *", { zone: "Pacific/Auckland", from: "2026-06-01T00:00:00Z", count: 1 }), ["2026-12-31T11:00"]);
});

const hourly = (missed: "latest" | "all"): CronOf => ({ cron: "0 * * * *", zone: "UTC", missed, next: nextInstantOf("0 * * * *", "UTC") });
const START = at("2026-01-01T00:30:00Z");
const HOUR = 3_600_000;

function active(schedule: CronOf): ScheduleState {
  const { state, ticks } = reactSchedule(schedule, undefined, { fact: { kind: "activated" }, now: START });
  assert.deepEqual(ticks, [], "activation fires nothing");
  return state;
}

test("rule 17: activated it waits for its next instant, fires it, and plans the one after", () => {
  const state = active(hourly("latest"));
  assert.equal(shown(state.nextAt), "2026-01-01T01:00");
  const fired = reactSchedule(hourly("latest"), state, { fact: { kind: "due" }, now: START + HOUR / 2 });
  assert.deepEqual(fired.ticks.map(shown), ["2026-01-01T01:00"]);
  assert.equal(shown(fired.state.nextAt), "2026-01-01T02:00");
});

test("rule 17: of the instants that were missed the latest counts, or all of them, in turns", () => {
  const now = START + 5 * HOUR;
  const latest = reactSchedule(hourly("latest"), active(hourly("latest")), { fact: { kind: "due" }, now });
  assert.deepEqual(latest.ticks.map(shown), ["2026-01-01T05:00"]);
  const all = reactSchedule(hourly("all"), active(hourly("all")), { fact: { kind: "due" }, now });
  assert.deepEqual(
    all.ticks.map(shown),
    ["01", "02", "03", "04", "05"].map((hour) => `2026-01-01T${hour}:00`),
  );
  const long = reactSchedule(hourly("all"), active(hourly("all")), { fact: { kind: "due" }, now: START + 1000 * HOUR });
  assert.equal(long.ticks.length, TICKS_LIMIT);
  assert.ok((long.state.nextAt ?? 0) < START + 1000 * HOUR, "the rest is due at once");
});

test("rule 17: years that were missed by the minute are not walked through", () => {
  const next = nextInstantOf("* * * * *", "UTC");
  let asked = 0;
  const counted = (after: number): number | undefined => {
    asked += 1;
    return next(after);
  };
  const minutely: CronOf = { cron: "* * * * *", zone: "UTC", missed: "latest", next: counted };
  const { ticks } = reactSchedule(minutely, active(minutely), { fact: { kind: "due" }, now: START + 5 * 365 * 24 * HOUR });
  assert.deepEqual(ticks, [START + 5 * 365 * 24 * HOUR]);
  assert.ok(asked < 100, `${asked} instants were computed`);
});

test("rule 17: activated again unchanged it goes on, changed it is planned anew and makes up for nothing", () => {
  const state = active(hourly("latest"));
  const again = reactSchedule(hourly("latest"), state, { fact: { kind: "activated" }, now: START + 5 * HOUR });
  assert.deepEqual([again.state, again.ticks], [state, []]);
  const daily: CronOf = { cron: "0 6 * * *", zone: "UTC", missed: "all", next: nextInstantOf("0 6 * * *", "UTC") };
  const changed = reactSchedule(daily, state, { fact: { kind: "activated" }, now: START + 10 * HOUR });
  assert.deepEqual([shown(changed.state.nextAt), changed.ticks], ["2026-01-02T06:00", []]);
});

test("rule 17: a schedule without an instant left stays so, and starts nothing", () => {
  const next = nextInstantOf("0 0 30 2 *", "UTC");
  assert.equal(next(at("2026-01-01T00:00:00Z")), undefined, "February has no 30th");
  const never: CronOf = { cron: "0 0 30 2 *", zone: "UTC", missed: "latest", next };
  const { state, ticks } = reactSchedule(never, undefined, { fact: { kind: "activated" }, now: 0 });
  assert.deepEqual([state, ticks], [{ cron: "0 0 30 2 *", zone: "UTC" }, []]);
  assert.deepEqual(reactSchedule(never, state, { fact: { kind: "due" }, now: 1 }), { state, ticks: [] });
});

test("rule 17: the last instant of a schedule fires, and then none is planned", () => {
  const once: CronOf = { cron: "0 0 1 1 *", zone: "UTC", missed: "all", next: (after) => (after < 1_000 ? 1_000 : undefined) };
  const { state } = reactSchedule(once, undefined, { fact: { kind: "activated" }, now: 0 });
  const fired = reactSchedule(once, state, { fact: { kind: "due" }, now: 5_000 });
  assert.deepEqual(fired, { state: { cron: once.cron, zone: "UTC" }, ticks: [1_000] });
});
