import type { Payload } from "@troupe/kernel";
import type { Action } from "./effect-id.ts";
import type { OperatorAction } from "./state.ts";

/**
 * What one fact changed, in the order in which it followed. `decide` makes effects of them, the view makes sentences;
 * a rebuild ignores them.
 */
export type Move =
  | { readonly kind: "started" }
  | { readonly kind: "kept"; readonly event: string }
  | { readonly kind: "unmatched" }
  | { readonly kind: "declined"; readonly cause: string }
  | { readonly kind: "claimed"; readonly alias: string; readonly value: string }
  /** The saga has ended: it keeps the alias for late events as long as a marker lasts. */
  | { readonly kind: "released"; readonly alias: string; readonly value: string }
  | { readonly kind: "opened"; readonly step: string }
  | { readonly kind: "skipped"; readonly step: string }
  | { readonly kind: "pruned"; readonly step: string }
  | { readonly kind: "replaced"; readonly step: string; readonly by: string }
  | { readonly kind: "repeating"; readonly step: string; readonly round: number; readonly againAt: number }
  | SentMove
  | { readonly kind: "done"; readonly step: string; readonly late: boolean; readonly event: string }
  | { readonly kind: "failed"; readonly step: string; readonly reason: string }
  | { readonly kind: "attemptFailed"; readonly step: string; readonly action: Action; readonly reason: string; readonly againAt: number }
  | { readonly kind: "timedOut"; readonly step: string }
  | { readonly kind: "turned"; readonly step: string | null; readonly cause: string }
  | { readonly kind: "undoing"; readonly step: string }
  | { readonly kind: "undone"; readonly step: string }
  | { readonly kind: "waived"; readonly step: string }
  /** A saga asked for a start or an undo that is not its own to ask; `effect`: of its step. */
  | { readonly kind: "taken"; readonly effect: string; readonly cause: string }
  | { readonly kind: "completed" }
  | { readonly kind: "compensated" }
  | { readonly kind: "stuck"; readonly step: string | null; readonly cause: string; readonly actions: readonly OperatorAction[] }
  | { readonly kind: "unstuck" }
  | { readonly kind: "unexpected"; readonly event: string; readonly reason: string; readonly alarm: boolean }
  /** It fits, and changes nothing: an answer given twice, or one that comes while the undo is in flight. */
  | { readonly kind: "recorded"; readonly event: string; readonly reason: string }
  /** Contradicts what is known of the step: nothing changes, somebody should look. */
  | { readonly kind: "contradiction"; readonly step: string; readonly event: string; readonly reason: string }
  | { readonly kind: "deadlineIgnored"; readonly reason: string }
  /** The saga goes on under another version of its definition. */
  | { readonly kind: "migrated"; readonly from: number; readonly to: number }
  /** An act of an operator that can't be carried out where the saga stands. */
  | { readonly kind: "refused"; readonly act: string; readonly reason: string };

/** A request decided. `attempt` is part of its id; `sending` counts also those that repeat the same id after silence. */
export type SentMove = {
  readonly kind: "sent";
  readonly action: Action;
  readonly step: string;
  readonly event: string;
  readonly payload: Payload;
  readonly id: string;
  readonly effect: string;
  readonly attempt: number;
  readonly sending: number;
  /** The sub-saga that it is for. */
  readonly childId?: string;
};
