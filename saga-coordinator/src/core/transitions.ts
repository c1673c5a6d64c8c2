import { TroupeError } from "@troupe/kernel";

/*
 * Life of a saga
 *
 *   (nothing) ──start──▶ running ──every required step done──────────────────▶ completed
 *      │                   │
 *      │ another           │ required step fails · deadline
 *      │ event             ▼                                  every undo
 *      ▼             compensating ───────────────────────────confirmed──────▶ compensated
 *   awaiting ──start──▶ running    ◀──────────────────late success─────────────────┘
 *      │ patience over
 *      ▼
 *   unmatched ──start──▶ running
 *
 * `stuck` is a mark beside running or compensating, not a status: facts still fold.
 */
export const SAGA_TRANSITIONS = {
  awaiting: ["running", "unmatched"],
  unmatched: ["running"],
  running: ["completed", "compensating"],
  compensating: ["compensated"],
  completed: [],
  compensated: ["compensating"],
} as const;
export type SagaStatus = keyof typeof SAGA_TRANSITIONS;

/*
 * Life of a step
 *
 *            opens               done
 *   waiting ──────▶ open ─────────────────▶ done ──────────────┐
 *      │ │           │ │ failed                ▲ ▲             │ the saga turned,
 *      │ │           │ └──────────▶ failed ──late success      │ its turn has come
 *      │ │           │ silence        ▲        │               ▼
 *      │ │           └──▶ unknown ────┴────────┘           undoing ──confirmed──▶ undone ──late success──▶ done
 *      │ │                   └───────its turn has come────────▶│                    ▲
 *      │ └─done early─▶ done                                   │ attempts used up   │ late answer
 *      └─failed early─▶ failed                                 └───────────▶ undoUsedUp ──waived──▶ waived
 *
 * skipped and waived are reached by guards and operators, which a later version brings; they are read already.
 */
export const STEP_TRANSITIONS = {
  waiting: ["open", "done", "failed", "skipped"],
  open: ["done", "failed", "unknown"],
  done: ["undoing"],
  failed: ["done"],
  unknown: ["done", "failed", "undoing"],
  skipped: ["done"],
  undoing: ["undone", "undoUsedUp"],
  undone: ["done"],
  undoUsedUp: ["undone", "failed", "waived"],
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
