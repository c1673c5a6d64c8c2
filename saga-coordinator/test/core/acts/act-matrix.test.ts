import assert from "node:assert/strict";
import { test } from "node:test";
import { OPERATOR_ACTIONS, type OperatorAction, STEP_TRANSITIONS, type StepStatus } from "../../../src/core/index.ts";
import { type Row, SAGA_ROWS } from "./act-rows.ts";
import { impossible, outcomeOf, PLACES, type Place, stateOf } from "./act-table.ts";
import { STEP_ROWS } from "./step-act-rows.ts";

const ROWS = { ...STEP_ROWS, ...SAGA_ROWS };
const STEPS = Object.keys(STEP_TRANSITIONS) as StepStatus[]; // keys of a const object

const isIn = <Of>(all: readonly Of[] | "*", one: Of): boolean => all === "*" || all.includes(one);
const rowsOf = (act: OperatorAction, place: Place, step: StepStatus): readonly Row[] =>
  (ROWS[act] ?? []).filter(([places, steps]) => isIn(places, place) && isIn(steps, step));

for (const act of Object.keys(ROWS) as OperatorAction[] /* keys of the tables */) {
  test(`${act}: in every saga and with every step it does what its row says, or is refused with the reason`, () => {
    for (const place of PLACES) {
      for (const step of STEPS) {
        if (impossible(place, step) !== undefined) continue;
        const rows = rowsOf(act, place, step);
        assert.equal(rows.length, 1, `${act} x ${place} x ${step}: ${rows.length} rows state it`);
        const [, , outcome = "", why = ""] = rows[0] ?? [];
        const expected = outcome.replaceAll("{s}", step).replaceAll("{p}", stateOf(place, step).status);
        assert.equal(outcomeOf(act, place, step), expected, `${act} x ${place} x ${step}: ${why}`);
      }
    }
  });
}

test("every act of operators is in the tables, or brings data and has a page of tests of its own", () => {
  assert.deepEqual(
    OPERATOR_ACTIONS.filter((act) => ROWS[act] === undefined),
    ["signal", "edit-data"],
  );
});
