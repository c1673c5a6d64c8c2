import assert from "node:assert/strict";
import { test } from "node:test";
import { SAGA_TRANSITIONS, type SagaStatus, STEP_TRANSITIONS, type StepStatus } from "../../src/core/index.ts";
import { sagaMoves, stepMoves } from "../../src/core/transitions.ts";

test("every arrow of the tables is taken, every other move is refused with from, to and cause", () => {
  const sagas = Object.keys(SAGA_TRANSITIONS) as SagaStatus[]; // keys of a const object
  const steps = Object.keys(STEP_TRANSITIONS) as StepStatus[]; // keys of a const object
  const tables = [
    ...sagas.flatMap((from) =>
      sagas.map((to) => ({
        from,
        to,
        allowed: SAGA_TRANSITIONS[from] as readonly string[],
        move: () => sagaMoves({ what: "saga x", from, to, cause: "why" }),
      })),
    ),
    ...steps.flatMap((from) =>
      steps.map((to) => ({
        from,
        to,
        allowed: STEP_TRANSITIONS[from] as readonly string[],
        move: () => stepMoves({ what: "step x", from, to, cause: "why" }),
      })),
    ),
  ];
  for (const { from, to, allowed, move } of tables) {
    if (allowed.includes(to)) assert.equal(move(), to);
    else assert.throws(move, { code: "TRANSITION_ILLEGAL", message: new RegExp(`x can't go from ${from} to ${to} \\(why\\)`) });
  }
});

test("a completed saga moves only when its parent undoes it, and every other status can reach an ending", () => {
  assert.deepEqual(SAGA_TRANSITIONS.completed, ["compensating"]);
  const reaches = (from: SagaStatus, seen: readonly SagaStatus[] = []): boolean =>
    from === "completed" ||
    from === "compensated" ||
    SAGA_TRANSITIONS[from].some((to) => !seen.includes(to) && reaches(to, [...seen, from]));
  for (const status of Object.keys(SAGA_TRANSITIONS) as SagaStatus[]) assert.ok(reaches(status), status); // keys of a const object
});
