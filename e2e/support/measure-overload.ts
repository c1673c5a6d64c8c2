import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { ask } from "./http.ts";
import { ALL_ROLES, roleProcess } from "./roles.ts";
import { orderBody, sagaOf } from "./sagas.ts";
import { cleanUp, type Scope, tempFolder } from "./troupe.ts";

/*
 * Overload: node e2e/support/measure-overload.ts [seconds] [TROUPE_MAX_LATE]
 * Finds how many orders a second one process on embedded takes and ends when customers wait for each other, then offers three
 * times that without waiting. Says goodput, how fast the rest is refused, and memory. No test: it depends on the machine.
 */
const [seconds = 20, lateMillis = 50] = process.argv.slice(2).map(Number);
const cleans: Array<() => Promise<void> | void> = [];
const scope: Scope = { after: (clean) => void cleans.push(clean) };
cleanUp(scope, () => {});

type Tally = { accepted: string[]; refused: number[]; other: string[]; withRetryAfter: number };
const none = (): Tally => ({ accepted: [], refused: [], other: [], withRetryAfter: 0 });

const agent = new Agent({ keepAlive: true });
const body = JSON.stringify(orderBody());

/** With as little work as a client can have: at this rate it must not be what is measured. */
function order(at: string, tally: Tally): Promise<void> {
  const began = performance.now();
  const { promise, resolve } = Promise.withResolvers<void>();
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const failed = (error: Error): void => {
    tally.other.push("code" in error ? String(error.code) : error.message);
    resolve();
  };
  const sent = request(`${at}/orders`, { method: "POST", headers, agent, timeout: 15_000 }, (answer) => {
    let text = "";
    answer.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    answer.on("end", () => {
      if (answer.statusCode === 202)
        tally.accepted.push((JSON.parse(text) as { readonly orderId: string }).orderId); // contract of the API
      else if (answer.statusCode === 429) tally.refused.push(performance.now() - began);
      else tally.other.push(`status ${answer.statusCode}`);
      if (answer.statusCode === 429 && answer.headers["retry-after"] !== undefined) tally.withRetryAfter += 1;
      resolve();
    });
  });
  sent.on("timeout", () => sent.destroy());
  sent.on("error", failed);
  sent.end(body);
  return promise;
}

const counted = async (at: string, status: string): Promise<number> => {
  const { text } = await ask(`${at}/metrics`);
  return Number(
    new RegExp(`^troupe_sagas_ended_total\\{definition="orderFulfilment",status="${status}"\\} (\\d+)$`, "m").exec(text)?.[1] ?? 0,
  );
};
const ended = async (at: string): Promise<number> => (await counted(at, "completed")) + (await counted(at, "compensated"));
const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

async function closedLoop(at: string, customers: number): Promise<number> {
  const end = performance.now() + seconds * 500;
  const before = await ended(at);
  const tally = none();
  await Promise.all(
    Array.from({ length: customers }, async () => {
      while (performance.now() < end) await order(at, tally);
    }),
  );
  return ((await ended(at)) - before) / (seconds / 2);
}

/** Resident memory of the program behind a launcher, in MB. */
function memoryOf(text: string): number {
  return Math.round(Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1] ?? 0) / 1e6);
}

async function openLoop(at: string, perSecond: number) {
  const tally = none();
  const before = await ended(at);
  const memory: number[] = [];
  const began = performance.now();
  const under: Promise<void>[] = [];
  for (let sent = 0; performance.now() - began < seconds * 1000; ) {
    const due = Math.floor(((performance.now() - began) / 1000) * perSecond);
    for (; sent < due; sent++) under.push(order(at, tally));
    if (memory.length < (performance.now() - began) / 1000) memory.push(memoryOf((await ask(`${at}/metrics`)).text));
    await pause(5);
  }
  const goodput = ((await ended(at)) - before) / seconds;
  await Promise.all(under);
  return { tally, goodput, memory };
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;

const { at } = await roleProcess(scope, ALL_ROLES, { place: ["--data", tempFolder(scope)], env: { TROUPE_MAX_LATE: String(lateMillis) } });
await closedLoop(at, 16); // warms up
const peak = await closedLoop(at, 32);
const { tally, goodput, memory } = await openLoop(at, 3 * peak);
await pause(2_000);
let open = 0;
for (const id of tally.accepted.slice(-200)) if (!["completed", "compensated"].includes((await sagaOf(at, id))?.status ?? "")) open += 1;
process.stdout.write(
  [
    `peak ${peak.toFixed(0)} sagas a second; offered ${(3 * peak).toFixed(0)} a second for ${seconds} s`,
    `goodput ${goodput.toFixed(0)} a second, ${((goodput / peak) * 100).toFixed(0)} % of the peak`,
    `accepted ${tally.accepted.length}, refused ${tally.refused.length} (${tally.withRetryAfter} with Retry-After), other ${tally.other.length} ${[...new Set(tally.other)].join(", ")}`,
    `refusals: half within ${quantile(tally.refused, 0.5).toFixed(0)} ms, 99 % within ${quantile(tally.refused, 0.99).toFixed(0)} ms`,
    `memory ${memory[0]} MB at the start, ${Math.max(...memory)} MB at most, ${memory.at(-1)} MB at the end`,
    `of the last 200 accepted ${open} had not ended 2 s later`,
    `cpus ${readFileSync("/proc/loadavg", "utf8").trim()}`,
    "",
  ].join("\n"),
);
agent.destroy();
for (const clean of cleans) await clean();
