import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { EventPayloads } from "@troupe/schemas";
import { cel, forEach, literal, sagasOver, tick } from "../../src/define/index.ts";
import { parseDefinition } from "../../src/reading/index.ts";

const { saga, start, event, result, defineSaga } = sagasOver<EventPayloads>().startedBy("OrderPlaced");

const orderFulfilment = defineSaga({
  saga: "orderFulfilment",
  title: "Order fulfilment",
  description: "Reserve, charge and ship an order and confirm it, or give everything back.",
  owner: "fulfilment",
  deadline: "10m",
  search: { customer: start.customerId, total: start.total },
  steps: {
    reserveStock: {
      title: "Reserve the stock",
      description: "Inventory sets the ordered units aside as soon as it reads OrderPlaced.",
      done: "StockReserved",
      failed: "StockRejected",
      timeout: "30s",
      compensate: { emit: "StockReleaseRequested", with: { orderId: saga.id }, done: "StockReleased" },
    },
    chargePayment: {
      title: "Charge the payment",
      description: "Payments captures the total once the stock is reserved.",
      after: ["reserveStock"],
      done: "PaymentCaptured",
      failed: "PaymentDeclined",
      timeout: "10s",
      compensate: {
        emit: "RefundRequested",
        with: { orderId: saga.id, amount: start.total, currency: start.currency },
        done: "PaymentRefunded",
      },
    },
    ship: {
      title: "Hand over to the carrier",
      description: "Shipping dispatches the parcel once the money is captured.",
      after: ["chargePayment"],
      done: "ShipmentDispatched",
      failed: "ShipmentRefused",
      timeout: "30s",
      compensate: { emit: "ShipmentRecallRequested", with: { orderId: saga.id }, done: "ShipmentRecalled" },
    },
    confirmOrder: {
      title: "Confirm the order to the customer",
      after: ["ship"],
      pivot: true,
      command: { emit: "OrderConfirmationRequested", with: { orderId: saga.id } },
      done: "OrderConfirmed",
      timeout: "30s",
      retry: { attempts: 5, backoff: "1s" },
    },
  },
});

test("a saga in TypeScript is the same definition as in YAML", () => {
  const text = readFileSync(new URL("../../../sagas/order-fulfilment.saga.yaml", import.meta.url), "utf8");
  assert.deepEqual(orderFulfilment, parseDefinition(text, { file: "order-fulfilment.saga.yaml" }).definition);
});

const stepOf = (definition: typeof orderFulfilment) => definition.steps[0];

test("references become the CEL that they stand for", () => {
  const definition = defineSaga({
    saga: "s",
    startIf: cel`${start.total} > decimal("10.00") && ${start.currency} == "EUR"`,
    deadline: "1h",
    search: { city: start.shipTo.city },
    result: { tracking: result("ship", "ShipmentDispatched").trackingNumber },
    steps: {
      ship: {
        done: { on: "ShipmentDispatched", if: cel`${event("ShipmentDispatched").trackingNumber} != ""` },
        compensate: { none: "a test" },
      },
    },
  });
  assert.deepEqual(definition.start, [{ on: "OrderPlaced", if: 'start.total > decimal("10.00") && start.currency == "EUR"' }]);
  assert.deepEqual(definition.search, { city: "start.shipTo.city" });
  assert.deepEqual(definition.result, { tracking: "steps.ship.trackingNumber" });
  assert.equal(stepOf(definition)?.done[0]?.if, 'event.trackingNumber != ""');
});

test("literals, schedules and fan-outs are written with their types", () => {
  const daily = sagasOver<EventPayloads>().startedBy({
    cron: "0 6 * * *",
    emit: "ShipmentRefused",
    with: { orderId: cel`string(${tick})`, reason: literal('it is "six"'), refusedAt: tick },
  });
  const definition = daily.defineSaga({
    saga: "s",
    deadline: "1h",
    steps: {
      a: {
        command: { emit: "StockReleaseRequested", with: { orderId: daily.saga.id } },
        done: "StockReleased",
        compensate: { none: "a test" },
      },
    },
  });
  assert.deepEqual(definition.cron?.with, { orderId: "string(tick)", reason: '"it is \\"six\\""', refusedAt: "tick" });
  const fanOut = defineSaga({
    saga: "s",
    deadline: "1h",
    steps: {
      pick: {
        ...forEach(start.lines, "line", (line) => ({ key: line.sku })),
        answerKey: event("StockReserved").reservationId,
        done: "StockReserved",
        compensate: { none: "a test" },
      },
    },
  });
  assert.deepEqual(stepOf(fanOut)?.each, { items: "start.lines", as: "line", key: "line.sku", answerKey: "event.reservationId" });
});

test("what only the checker knows is thrown with every problem", () => {
  const write = () => defineSaga({ saga: "s", steps: { a: { done: "StockReserved" }, b: { done: "StockReserved" } } });
  assert.throws(
    write,
    /defineSaga\(s\):.* step a has no timeout and the saga no deadline.*step b has no compensate.*StockReserved is done of b/,
  );
});

/** Never run: the compiler reads it. Each line below a directive is a mistake that it must find. */
export function mistakesThatTheCompilerFinds(): void {
  // @ts-expect-error an event that does not exist starts nothing
  sagasOver<EventPayloads>().startedBy("OrderPlacd");

  defineSaga({
    saga: "s",
    // @ts-expect-error a length of time has a unit
    deadline: "10",
    // @ts-expect-error a field that the start event does not have
    search: { total: start.totl },
    // @ts-expect-error a field of a nested record that does not exist
    result: { city: start.shipTo.cty },
    steps: {
      // @ts-expect-error an event that does not exist finishes nothing
      a: { done: "StockReservd", compensate: { none: "x" } },
      // @ts-expect-error a step that does not exist
      b: { after: ["zz"], done: "StockReserved", compensate: { none: "x" } },
      // @ts-expect-error a fallback that does not exist
      c: { fallback: "zz", done: "StockReserved", compensate: { none: "x" } },
      // @ts-expect-error an undo emits an event that exists
      d: { done: "StockReserved", compensate: { emit: "StockReleaseRequestd", with: { orderId: saga.id }, done: "StockReleased" } },
      // @ts-expect-error a field that the emitted event needs
      f: { done: "StockReserved", command: { emit: "RefundRequested", with: { orderId: saga.id, amount: start.total } } },
      g: {
        done: "StockReserved",
        command: {
          emit: "RefundRequested",
          // @ts-expect-error a decimal is no currency
          with: { orderId: saga.id, amount: start.total, currency: start.total },
        },
      },
      h: {
        done: "StockReserved",
        command: {
          emit: "RefundRequested",
          // @ts-expect-error a word that the enum does not have
          with: { orderId: saga.id, amount: start.total, currency: literal("CHF") },
        },
      },
      i: {
        done: "StockReserved",
        command: {
          emit: "ShipmentRefused",
          // @ts-expect-error what may be null can't stand where nothing may be null
          with: { orderId: saga.id, reason: start.note, refusedAt: start.placedAt },
        },
      },
      // @ts-expect-error a condition is true or false
      j: { if: start.currency, done: "StockReserved" },
      // @ts-expect-error a guard over a field that the event does not have
      k: { done: { on: "StockReserved", if: event("StockReserved").accepted } },
      // @ts-expect-error the result of a step has the fields of the event that finishes it
      l: { until: result("ship", "ShipmentDispatched").dispatchedOn, compensate: { none: "x" } },
      // @ts-expect-error plain text is no CEL; the compiler would not look into it
      m: { if: "start.total > 3", done: "StockReserved" },
    },
  });

  // @ts-expect-error a key that the language does not have
  defineSaga({ saga: "s", dedline: "10m", steps: { a: { done: "StockReserved" } } });

  // @ts-expect-error a key that no step has
  defineSaga({ saga: "s", steps: { a: { done: "StockReserved", timeuot: "1m" } } });

  defineSaga({
    saga: "s",
    steps: {
      a: {
        done: "StockReserved",
        // @ts-expect-error a field that the emitted event does not have
        command: { emit: "StockReleaseRequested", with: { orderId: saga.id, amount: start.total } },
      },
    },
  });
}
