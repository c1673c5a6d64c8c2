import type { Decimal, Uuid } from "@troupe/kernel";
import { type CardRule, cardRule } from "../domain/test-cards.ts";

export type CaptureRequest = {
  readonly card: string;
  readonly amount: Decimal;
  readonly currency: string;
  /** The same key is the same capture, however often it is sent. */
  readonly idempotencyKey: string;
  /** Our id for the payment; the network's notices carry it. */
  readonly paymentId: Uuid;
  readonly signal: AbortSignal;
};

/** What payments needs of an acquirer. Rejects when it can't be reached: the charge is tried again under the same key. */
export type CardNetwork = { capture(request: CaptureRequest): Promise<CardRule> };

/**
 * A stand-in that answers by the test cards. It needs no memory to be idempotent: its answer follows from the request,
 * and the money is counted by payment id.
 */
export const simulatedCardNetwork: CardNetwork = {
  async capture({ card, signal }) {
    signal.throwIfAborted();
    return cardRule(card);
  },
};
