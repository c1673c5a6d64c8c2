import { addDecimals, type Decimal, negateDecimal } from "@troupe/kernel";
import { type Finding, type FindingKind, type Memory, type OrderEvidence, PARTICIPANTS, type Participant } from "./findings.ts";
import { thingsOf } from "./ledger.ts";
import { undoOrderFindings } from "./undo-order.ts";

/** Statuses of an instance that no start has reached. */
export const UNSTARTED: readonly string[] = ["awaiting", "unmatched", "declined"];

/** Who must have folded what: the events of the shop by the services that read them, and what the coordinator follows. */
export const READERS: { readonly [reader in Participant | "orders" | "saga"]: readonly string[] } = {
  orders: ["OrderPlaced", "OrderConfirmationRequested"],
  inventory: ["OrderPlaced", "StockReleaseRequested"],
  payments: ["OrderPlaced", "StockReserved", "RefundRequested"],
  shipping: ["OrderPlaced", "PaymentCaptured", "ShipmentRecallRequested"],
  saga: [
    ...["OrderPlaced", "StockReserved", "StockRejected", "StockReleased", "PaymentCaptured", "PaymentDeclined", "PaymentRefunded"],
    ...["ShipmentDispatched", "ShipmentRefused", "ShipmentRecalled", "OrderConfirmed"],
  ],
};
const ENDINGS: { readonly [status: string]: string } = { completed: "SagaCompleted", compensated: "SagaCompensated" };
/** What a participant's thing is called, and the event that tells of it. */
const DEEDS: { readonly [service in Participant]: { readonly event: string; readonly did: string; readonly undid: string } } = {
  inventory: { event: "StockReserved", did: "units reserved", undid: "units released" },
  payments: { event: "PaymentCaptured", did: "money captured", undid: "money refunded" },
  shipping: { event: "ShipmentDispatched", did: "parcels dispatched", undid: "parcels recalled" },
};

/**
 * Everything that is wrong with one order. `thorough` also asks whether every message on the log was folded by everybody
 * who reads it; that is only fair when nothing is on its way any more. Pure.
 */
export function judgeOrder(evidence: OrderEvidence, thorough: boolean): readonly Finding[] {
  const { saga, trail } = evidence;
  const found: FindingIn = (kind, text) => ({ kind, order: evidence.order, text });
  const begun = beginFindings(evidence, found);
  if (begun.length > 0 || saga === undefined || trail?.placed === undefined) return begun;
  const doubled = doubledFindings(evidence, found);
  if (saga.stuck || ENDINGS[saga.status] === undefined) {
    return [...doubled, found("unended", saga.stuck ? `the saga is stuck while ${saga.status}` : `the saga is ${saga.status}`)];
  }
  const ended = [...doubled, ...bookFindings(evidence, found)];
  return thorough
    ? [...ended, ...undoOrderFindings(evidence), ...messageFindings(evidence, found), ...restFindings(evidence, found)]
    : ended;
}

type FindingIn = (kind: FindingKind, text: string) => Finding;

function beginFindings({ accepted, trail, saga }: OrderEvidence, found: FindingIn): readonly Finding[] {
  const placed = trail?.placed !== undefined;
  if (accepted && !placed) return [found("lost", "the customer was told that it is accepted, but OrderPlaced is not on the log")];
  const begun = saga !== undefined && !UNSTARTED.includes(saga.status);
  return placed && !begun ? [found("lost", "OrderPlaced is on the log, but no saga has begun")] : [];
}

function doubledFindings({ trail }: OrderEvidence, found: FindingIn): readonly Finding[] {
  return PARTICIPANTS.flatMap((service) => {
    const { event } = DEEDS[service];
    const things = [...thingsOf(trail, event)];
    return things.length > 1 ? [found("doubled", `${event} tells of ${things.length} different things: ${things.join(", ")}`)] : [];
  });
}

/** The participants' own books against what the saga says: all of it when completed, nothing left when compensated. */
function bookFindings({ saga, trail, books }: OrderEvidence, found: FindingIn): readonly Finding[] {
  const { units = 0, total = "0.00" as Decimal } = trail?.placed ?? {}; // canonical text of two digits
  const whole: { readonly [service in Participant]: number | Decimal } = { inventory: units, payments: total, shipping: 1 };
  const completed = saga?.status === "completed";
  return PARTICIPANTS.flatMap((service) => {
    const { did = 0, undid = 0 } = books[service] ?? {};
    const words = DEEDS[service];
    if (completed) {
      const kept = compare(net(did, undid), whole[service]);
      const text = `completed with ${did} ${words.did} and ${undid} ${words.undid} of ${whole[service]}`;
      return kept === 0 ? [] : [found(kept < 0 ? "lost" : "doubled", text)];
    }
    const left = compare(did, undid);
    const text = `compensated with ${did} ${words.did} and ${undid} ${words.undid}`;
    return left === 0 ? [] : [found(left > 0 ? "lost" : "doubled", left > 0 ? `${text}: an undo is lost` : `${text}: undone twice`)];
  });
}

/** What the log has and a reader has not folded, what a book has and the log does not, and an ending that nobody was told of. */
function messageFindings({ saga, trail, books, memory }: OrderEvidence, found: FindingIn): readonly Finding[] {
  const sightings = trail?.sightings ?? [];
  const placings = sightings.filter(({ name }) => name === "OrderPlaced");
  const memories: { readonly [reader in keyof typeof READERS]: Memory | undefined } = { ...EMPTY, ...books, orders: memory, saga };
  const unread = Object.entries(memories).flatMap(([reader, folds]) =>
    sightings
      .filter(({ name, identity }) => READERS[reader as keyof typeof READERS].includes(name) && folds?.folded?.has(identity) !== true) // its own keys
      .map(({ name, id }) => found("lost", `${reader} has never folded ${name} ${id}`)),
  );
  const untold = PARTICIPANTS.flatMap((service) => {
    const { thing } = books[service] ?? {};
    const { event } = DEEDS[service];
    return thing === undefined || thingsOf(trail, event).has(thing)
      ? []
      : [found("lost", `${service} holds ${thing}, but no ${event} tells of it`)];
  });
  const ending = ENDINGS[saga?.status ?? ""];
  const silent = sightings.some(({ name }) => name === ending)
    ? []
    : [found("lost", `the saga is ${saga?.status}, but no ${ending} is on the log`)];
  const unconfirmed =
    saga?.status === "completed" && memory?.confirmed !== true ? [found("lost", "completed, but orders has not confirmed it")] : [];
  const twice =
    placings.length > 1
      ? [found("doubled", `placed by ${placings.length} different messages: ${placings.map(({ id }) => id).join(", ")}`)]
      : [];
  return [...unread, ...untold, ...silent, ...unconfirmed, ...twice];
}

const EMPTY = { inventory: undefined, payments: undefined, shipping: undefined };

/** What is still to come although the saga has ended. */
function restFindings({ saga, books, memory }: OrderEvidence, found: FindingIn): readonly Finding[] {
  const underWay = PARTICIPANTS.flatMap((service) =>
    (books[service]?.underWay ?? []).map((what) => found("unended", `${service}: ${what}`)),
  );
  const owners: ReadonlyArray<readonly [string, Memory | undefined]> = [
    ["the saga", saga],
    ["orders", memory],
    ...PARTICIPANTS.map((service) => [service, books[service]] as const),
  ];
  const unsent = owners.filter(([, owner]) => (owner?.unsent ?? 0) > 0);
  return [...underWay, ...unsent.map(([name, owner]) => found("unended", `${name} has ${owner?.unsent} records in its outbox`))];
}

/** Sign of `a - b`. */
function compare(a: number | Decimal, b: number | Decimal): number {
  const difference = Number(net(a, b));
  return Math.sign(difference);
}

/** Amounts are exact text, counts are numbers; an account that is not there is the number 0. */
function net(a: number | Decimal, b: number | Decimal): number | Decimal {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return addDecimals(decimalOf(a), negateDecimal(decimalOf(b)));
}

const decimalOf = (amount: number | Decimal): Decimal => (typeof amount === "number" ? ("0.00" as Decimal) : amount); // only 0 meets a Decimal
