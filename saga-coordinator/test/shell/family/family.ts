import { type CompiledDefinition, childContract, compileDefinition } from "../../../src/core/index.ts";
import { unchecked } from "../../core/support/unchecked.ts";
import { ids } from "../support/releases.ts";

const undo = (name: string): string =>
  `compensate: { emit: Undo${name}, with: { orderId: saga.id }, done: Undone${name}, retry: { attempts: 2, backoff: 1s } }`;

/** Twice a year, ten minutes apart, an order is placed; it has a sub-saga, a human step, and an answer that comes by an alias. */
const ORDER = `
saga: order
start: { cron: "10,20 0 1 1 *", emit: OrderPlaced, with: { orderId: '"o-" + string(tick)' }, missed: all }
correlate: { default: event.orderId, DoneSettle: { alias: payment, of: event.payment } }
aliases: { payment: steps.charge.payment }
deadline: 2h
steps:
  charge: { command: { emit: DoCharge, with: { orderId: saga.id } }, done: DoneCharge, failed: FailedCharge, timeout: 1m, ${undo("Charge")} }
  deliver: { after: [charge], saga: delivery, with: { orderId: saga.id } }
  settle: { after: [charge], command: { emit: DoSettle, with: { orderId: saga.id, payment: steps.charge.payment } }, done: DoneSettle, failed: FailedSettle, timeout: 3m, ${undo("Settle")} }
  approve: { after: [deliver, settle], human: { role: clerk }, done: DoneApprove, failed: FailedApprove, timeout: 30m, compensate: { none: a decision } }
`;
const DELIVERY = `
saga: delivery
start: { on: DeliveryRequested }
correlate: { default: event.orderId }
deadline: 1h
steps:
  pack: { command: { emit: DoPack, with: { orderId: saga.id } }, done: DonePack, failed: FailedPack, timeout: 1m, retry: { attempts: 2, backoff: 1s }, ${undo("Pack")} }
  carry: { after: [pack], command: { emit: DoCarry, with: { orderId: saga.id } }, done: DoneCarry, failed: FailedCarry, timeout: 1m, ${undo("Carry")} }
`;

const delivery = compileDefinition(unchecked(DELIVERY), { version: 1, ids });
const contract = childContract(delivery);
if (contract === undefined) throw new Error("delivery has one start");
const order = compileDefinition(unchecked(ORDER), { version: 1, ids, children: new Map([["delivery", contract]]) });

export const FAMILY: readonly CompiledDefinition[] = [order, delivery];
/** What has an effect, by the definition that they are of. */
export const EFFECTS: ReadonlyMap<string, readonly string[]> = new Map([
  ["order", ["Charge", "Settle"]],
  ["delivery", ["Pack", "Carry"]],
]);
