import type { EventFact, Payload } from "@troupe/kernel";
import type { MiniPlatform } from "./mini-platform.ts";

/** What a participant makes of a request: an answer may also stay out, although the effect is there. */
export type Mood = "succeeds" | "fails" | "is silent" | "succeeds silently";

type Effect = { done: boolean; undone: boolean; failed: boolean };
type MoodOf = (asked: string) => Mood;
type PaymentOf = (orderId: string) => string;

/**
 * Participants that keep the promises of the contract: an effect is done at most once and undone at most once, an undo
 * without a do is answered, and a do after its undo is refused. They answer in the order in which they are asked.
 */
export class Participants {
  /** By step and order. */
  readonly effects = new Map<string, Effect>();
  readonly #platform: MiniPlatform;
  #heard = 0;

  constructor(platform: MiniPlatform) {
    this.#platform = platform;
  }

  /** Hears whatever was said since. `paymentOf`: two orders may be given one payment. */
  hear(mood: MoodOf, paymentOf: PaymentOf): void {
    for (; this.#heard < this.#platform.said.length; this.#heard++) {
      const fact = this.#platform.said[this.#heard];
      if (fact !== undefined) this.#hear(fact, mood, paymentOf);
    }
  }

  netOf(step: string, orderId: string): number {
    const effect = this.effects.get(`${step} ${orderId}`);
    return effect?.done === true && !effect.undone ? 1 : 0;
  }

  #hear({ name, payload, envelope: { id, effect } }: EventFact, mood: MoodOf, paymentOf: PaymentOf): void {
    const [, action, what = ""] = /^(Do|Undo)([A-Z]\w+)$/.exec(name) ?? [];
    if (action === undefined) return;
    const orderId = String(payload["orderId"]);
    const key = `${what} ${orderId}`;
    const known = this.effects.get(key) ?? { done: false, undone: false, failed: false };
    this.effects.set(key, known);
    const event = action === "Do" ? doIt(known, mood(key)) : undoIt(known, mood(key));
    if (event === undefined) return;
    const about = { causationId: id, ...(effect === undefined ? {} : { effect }) };
    const more: Payload = event === "Done" ? { payment: paymentOf(orderId) } : {};
    this.#platform.say({ name: `${event}${what}`, payload: { orderId, ...more }, about }, `answers of ${what}`);
  }
}

/** What it answers; undefined: nothing. */
function doIt(effect: Effect, mood: Mood): "Done" | "Failed" | undefined {
  if (effect.undone || effect.failed) return "Failed";
  if (effect.done) return "Done";
  if (mood === "fails") effect.failed = true;
  if (mood === "succeeds" || mood === "succeeds silently") effect.done = true;
  if (mood === "succeeds") return "Done";
  return mood === "fails" ? "Failed" : undefined;
}

function undoIt(effect: Effect, mood: Mood): "Undone" | undefined {
  effect.undone = true;
  return mood === "is silent" ? undefined : "Undone";
}
