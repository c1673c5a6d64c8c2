import type { Finding, FoldedFact, OrderEvidence, Sighting } from "./findings.ts";

/** The steps of an order that can be undone, each depending on the one before it (sagas/order-fulfilment.saga.yaml). */
const CHAIN = [
  {
    step: "reserveStock",
    opens: "OrderPlaced",
    done: "StockReserved",
    failed: "StockRejected",
    asks: "StockReleaseRequested",
    undone: "StockReleased",
  },
  {
    step: "chargePayment",
    opens: "StockReserved",
    done: "PaymentCaptured",
    failed: "PaymentDeclined",
    asks: "RefundRequested",
    undone: "PaymentRefunded",
  },
  {
    step: "ship",
    opens: "PaymentCaptured",
    done: "ShipmentDispatched",
    failed: "ShipmentRefused",
    asks: "ShipmentRecallRequested",
    undone: "ShipmentRecalled",
  },
] as const;
type Link = (typeof CHAIN)[number];

/** What the saga folded at once: a start together with everything that had come before it; else one fact. */
type Fold = readonly FoldedFact[];

/**
 * Rule 3 on the raw log and history: when a step's undo was first asked for, every later step of which the saga knew an effect,
 * or which was open without an answer, was undone already. "When" is the fact that the request names as its cause, at its
 * place in the history. What the saga could not know yet is a late success (rule 5), and may be undone after.
 */
export function undoOrderFindings({ order, trail, saga }: OrderEvidence): readonly Finding[] {
  if (saga === undefined || trail === undefined) return [];
  const found = (text: string): Finding => ({ kind: "out of order", order, text });
  const folds = foldsOf(saga.history);
  const turned = folds.findIndex((fold) => fold.some(turns));
  const opened = folds.slice(0, Math.max(0, turned)).flat();
  return CHAIN.flatMap((link, at) => {
    const request = trail.sightings.find(({ name }) => name === link.asks);
    if (request === undefined) return [];
    const position = positionOf(request, trail.sightings, folds);
    if (position < 0) return [found(`${link.asks} ${request.id} names ${request.cause ?? "no cause"}, which the saga has never folded`)];
    const known = folds.slice(0, position + 1).flat();
    return CHAIN.slice(at + 1)
      .filter((later) => isAffected(later, known, opened) && !has(known, later.undone))
      .map((later) => found(`${link.asks} ${request.id} was sent while ${later.step} was not undone yet`));
  });
}

function foldsOf(history: readonly FoldedFact[]): readonly Fold[] {
  const start = history.findIndex(({ name }) => name === CHAIN[0].opens);
  return [history.slice(0, start + 1), ...history.slice(start + 1).map((fact) => [fact])];
}

/** Before anything is undone only a failure, a timeout, the deadline or an operator makes a saga of this chain turn. */
const turns = ({ kind, name }: FoldedFact): boolean => kind !== "event" || CHAIN.some(({ failed }) => failed === name);

/** Place of the fold that made the saga send a request; -1 when it isn't there. */
function positionOf(request: Sighting, sightings: readonly Sighting[], folds: readonly Fold[]): number {
  const cause = sightings.find(({ id }) => id === request.cause)?.identity ?? request.cause; // timers are named by their identity
  return folds.findIndex((fold) => fold.some(({ identity }) => identity === cause));
}

/** Done, or opened before the saga turned and without an answer: one that turns opens nothing any more. */
function isAffected(link: Link, known: readonly FoldedFact[], opened: readonly FoldedFact[]): boolean {
  return has(known, link.done) || (has(opened, link.opens) && !has(known, link.failed));
}

const has = (facts: readonly FoldedFact[], name: string): boolean => facts.some((fact) => fact.name === name);
