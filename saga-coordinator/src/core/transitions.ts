import { TroupeError } from "@troupe/kernel";

/*
 * Life of a saga
 *
 *   (nothing) ──start──▶ running ──every required step done, skipped or pruned──▶ completed
 *    │  │  ▲               │                                                          │
 *    │  │  │ patience      │ required step fails · deadline · cancel                  │ its parent undoes it
 *    │  │  │ over          ▼                                  every undo              │
 *    │  │  │         compensating ───────────────────────────confirmed──────▶ compensated
 *    │  │  │               ▲    ▲                                                │    │
 *    │  │  │               │    └────────────────────late success────────────────┘    │
 *    │  │  │               └──────────────────────────────────────────────────────────┘
 *    │  │  └─ declined ◀── a start whose guard is false · cancel · its parent gave it up
 *    │  └────────▲
 *    │ another   │
 *    ▼ event     │
 *   awaiting ──start──▶ running
 *    │ patience over
 *    ▼
 *   unmatched ──start──▶ running
 *
 * `stuck` is a mark beside running or compensating (or a start that can't be decided), not a status: facts still fold.
 */
export const SAGA_TRANSITIONS = {
  awaiting: ["running", "unmatched", "declined"],
  unmatched: ["running", "declined"],
  declined: ["awaiting"],
  running: ["completed", "compensating"],
  compensating: ["compensated"],
  completed: ["compensating"],
  compensated: ["compensating"],
} as const;
export type SagaStatus = keyof typeof SAGA_TRANSITIONS;

/*
 * Life of a step, and of an element of a fan-out
 *
 *            opens               done
 *   waiting ──────▶ open ─────────────────▶ done ──────────────┐
 *    │ │ │           │ │ failed                ▲ ▲             │ the saga turned or does without it,
 *    │ │ │           │ └──────────▶ failed ──late success      │ its turn has come
 *    │ │ │           │ silence        ▲        │               ▼
 *    │ │ │           └──▶ unknown ────┴────────┘           undoing ──confirmed──▶ undone ──late success──▶ done
 *    │ │ │                   └───────its turn has come────────▶│                    ▲
 *    │ │ └─done early─▶ done                                   │ attempts used up   │ late answer
 *    │ └─failed early, or its join can't be met─▶ failed       └───────────▶ undoUsedUp
 *    ├─its guard is false─▶ skipped ──late success──▶ done
 *    └─another alternative was chosen, or it has no way left─▶ pruned ──late success──▶ done
 *
 * By operators alone:
 *   failed · unknown ──asked once more──▶ open          undoUsedUp ──asked once more──▶ undoing
 *   undoing · undoUsedUp ──it never happened──▶ failed, ──somebody took it back by hand──▶ undone
 *   done · unknown · undoing · undoUsedUp ──its undo is waived──▶ waived
 */
export const STEP_TRANSITIONS = {
  waiting: ["open", "done", "failed", "skipped", "pruned"],
  open: ["done", "failed", "unknown"],
  done: ["undoing", "waived"],
  failed: ["done", "open"],
  unknown: ["done", "failed", "undoing", "open", "waived"],
  skipped: ["done"],
  pruned: ["done"],
  undoing: ["undone", "undoUsedUp", "failed", "waived"],
  undone: ["done"],
  undoUsedUp: ["undone", "failed", "waived", "undoing"],
  waived: [],
} as const;
export type StepStatus = keyof typeof STEP_TRANSITIONS;

type Move<Status extends string> = { readonly what: string; readonly from: Status; readonly to: Status; readonly cause: string };

/** Returns `to`; throws TRANSITION_ILLEGAL, which names from, to and cause, when the table has no such arrow. */
export function sagaMoves(move: Move<SagaStatus>): SagaStatus {
  return allowed(SAGA_TRANSITIONS[move.from], move);
}

/** Returns `to`; throws TRANSITION_ILLEGAL when the table has no such arrow. */
export function stepMoves(move: Move<StepStatus>): StepStatus {
  return allowed(STEP_TRANSITIONS[move.from], move);
}

function allowed<Status extends string>(targets: readonly Status[], { what, from, to, cause }: Move<Status>): Status {
  if (!targets.includes(to)) throw new TroupeError("TRANSITION_ILLEGAL", { what, from, to, cause });
  return to;
}
