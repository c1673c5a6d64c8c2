import { DEFAULT_TENANT, documentId } from "@troupe/kernel";
import { sagaFacts } from "@troupe/saga-coordinator";
import { type AuditReport, audit } from "../audit/audit.ts";
import type { RunningProcess } from "../compose/start-process.ts";
import { placeOrders } from "./place-orders.ts";
import { ProgressLine } from "./progress-line.ts";
import { closingTable, isClean, jsonLine } from "./report.ts";

export type DemoOptions = {
  readonly orders: number;
  readonly seed: number;
  readonly exit: boolean;
  readonly json: boolean;
  /** When the command was typed, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly stopped: AbortSignal;
};

type Counts = { readonly [status: string]: number };

const SAGA = "orderFulfilment";
const ENDED = ["completed", "compensated"];
const SETTLED = [...ENDED, "stuck"];
const CHUNK = 500;
const PARTICIPANTS = ["orders", "inventory", "payments", "shipping"];

/**
 * The main job: places orders, waits until every saga ended, prints the table, then goes on with a trickle until it is
 * stopped. Returns the exit code: with `--exit` 0 only when all ended and the books balance.
 */
export async function runDemo(running: RunningProcess, options: DemoOptions): Promise<number> {
  const { platform, http } = running;
  const { clock } = platform;
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const before = await ordersBefore(running);
  say(`troupe: ${platform.config.target}, ${http.address}${before > 0 ? `, ${before} orders from before` : ""}`);
  const began = clock.now();
  const first = await placeAll(running, options, before);
  const report = await reportOf(running);
  const seconds = (clock.now() - began) / 1000;
  if (!options.stopped.aborted || options.exit) {
    process.stdout.write(`${closingTable(platform.config.target, report, seconds)}\n`);
    if (options.json) process.stdout.write(`${jsonLine(platform.config.target, report, seconds)}\n`);
  }
  if (options.exit) return isClean(report) && first.refused.length === 0 ? 0 : 1;
  if (!options.stopped.aborted) await trickle(running, options, before + options.orders);
  return 0;
}

/** Orders in, progress out, until nothing is open any more or somebody stops us. */
async function placeAll(running: RunningProcess, options: DemoOptions, from: number): Promise<{ readonly refused: readonly string[] }> {
  const { platform, http } = running;
  const { clock } = platform;
  const line = new ProgressLine(process.stderr);
  const accepted = new Set<string>();
  const endedBefore = ended(await sagaCounts(running));
  let placing = true;
  const placed = placeOrders({
    address: http.address,
    seed: options.seed,
    from,
    count: options.orders,
    clock,
    signal: options.stopped,
    onAccepted: (orderId) => accepted.add(orderId),
  }).finally(() => {
    placing = false;
  });
  let announced = false;
  for (;;) {
    const counts = await sagaCounts(running);
    if (!announced && ended(counts) > endedBefore) {
      announced = true;
      line.clear();
      process.stderr.write(`first saga finished ${((Date.now() - options.startedAt) / 1000).toFixed(1)} s after the command\n`);
    }
    line.show(`placed ${accepted.size}/${options.orders}   ${statusText(counts)}`, clock.now());
    if (options.stopped.aborted || (!placing && (await allSettled(running, counts, accepted)))) break;
    await clock.sleep(200, options.stopped);
  }
  line.clear();
  const result = await placed;
  for (const problem of result.refused.slice(0, 5)) process.stderr.write(`refused: ${problem}\n`);
  return result;
}

/**
 * Every accepted order has a saga that has ended or is stuck, no earlier one is under way, and no participant has
 * anything to come. Instances that wait for a start hold nobody up: they may be a stranger's records.
 */
async function allSettled(running: RunningProcess, counts: Counts, accepted: ReadonlySet<string>): Promise<boolean> {
  if ((counts["running"] ?? 0) + (counts["compensating"] ?? 0) > 0) return false;
  const documents = running.platform.store.documents("saga-coordinator");
  const ids = [...accepted].map((key) => documentId({ tenant: DEFAULT_TENANT, definition: SAGA, key }));
  for (let at = 0; at < ids.length; at += CHUNK) {
    const chunk = ids.slice(at, at + CHUNK);
    const found = await documents.load(chunk);
    if (chunk.some((id) => !SETTLED.includes(found.get(id)?.status ?? ""))) return false;
  }
  return nothingToCome(running);
}

/** Late answers count too: a table printed before them would be true only for a moment. */
async function nothingToCome({ platform }: RunningProcess): Promise<boolean> {
  const counts = await Promise.all(PARTICIPANTS.map((service) => platform.store.documents(service).countByStatus(service)));
  return counts.every(({ reacting = 0, delaying = 0 }) => reacting + delaying === 0);
}

async function reportOf({ platform }: RunningProcess): Promise<AuditReport> {
  const { bus, store, codec, ids, clock, random } = platform;
  const group = `audit-${ids.messageId("audit", [clock.now(), random.next()])}`;
  return audit({ bus, store, codec, sagaFacts, group });
}

/** Keeps the stage alive: an order every two seconds, and the addresses to open. */
async function trickle({ platform, http }: RunningProcess, options: DemoOptions, from: number): Promise<void> {
  const { clock } = platform;
  process.stderr.write(
    [
      "",
      `sagas        ${http.address}/v1/sagas`,
      `API          ${http.address}/openapi.json`,
      `one saga     ${http.address}/v1/sagas?status=compensated&limit=1`,
      `schemas      ${platform.config.target === "embedded" ? `${http.address}/registry/subjects` : platform.config.registryUrl}`,
      `metrics      ${http.address}/metrics`,
      "An order every two seconds; Ctrl-C stops.",
      "",
    ].join("\n"),
  );
  const line = new ProgressLine(process.stderr);
  for (let index = from; !options.stopped.aborted; index++) {
    await placeOrders({
      address: http.address,
      seed: options.seed,
      from: index,
      count: 1,
      clock,
      signal: options.stopped,
      onAccepted: () => {},
    });
    line.show(statusText(await sagaCounts({ platform, http, stop: async () => {} })), clock.now());
    await clock.sleep(2_000, options.stopped);
  }
  line.clear();
}

function sagaCounts({ platform }: RunningProcess): Promise<Counts> {
  return platform.store.documents("saga-coordinator").countByStatus(SAGA);
}

/** Orders that this data has already; the next ones are numbered on from here. */
async function ordersBefore({ platform }: RunningProcess): Promise<number> {
  return total(await platform.store.documents("orders").countByStatus("ordersRequests"));
}

const ended = (counts: Counts): number => ENDED.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
const total = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

function statusText(counts: Counts): string {
  return Object.entries(counts)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([status, count]) => `${status} ${count}`)
    .join("   ");
}
