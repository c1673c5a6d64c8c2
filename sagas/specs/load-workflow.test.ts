import assert from "node:assert/strict";
import { test } from "node:test";
import { after, answers, type Cast, cancelled, event, sagaSpec } from "@troupe/saga-coordinator/spec";

const load = await sagaSpec({
  file: new URL("../examples/load-workflow.saga.yaml", import.meta.url),
  schemas: new URL("../../schemas/", import.meta.url),
});
const workers: Cast = {
  WorkRequested: answers("WorkDone"),
  WorkUndoRequested: answers("WorkUndone"),
  DeliveryStarted: answers("SagaCompleted"),
};
const start = event("LoadStarted", { express: true });
const done = (step: string) => event("WorkDone", { step });
const request = (step: string) => ({ name: "WorkRequested", payload: { step } });
const undo = (step: string) => ({ name: "WorkUndoRequested", payload: { step } });

test("every step but the one that the switch leaves out is asked for, the delivery by starting its saga", () => {
  const express = load.given().playedBy(workers).when(start).ends("completed", { express: "done", standard: "pruned", archive: "done" });
  assert.equal(express.requests.length, 12, "eleven by request, one by starting the delivery");
  load
    .given()
    .playedBy(workers)
    .when(event("LoadStarted", { express: false }))
    .ends("completed", { express: "pruned", standard: "done" });
});

test("the fork asks three at once, and the join waits for all of them", () => {
  load.given(start, done("accept")).when(done("validate")).then(request("price"), request("stock"), request("notify"));
  load
    .given(start, done("accept"), done("validate"), done("notify"), done("stock"), done("pack"), done("price"))
    .when(done("discount"))
    .then(request("merge"));
});

test("a step that is refused three times turns the load back", () => {
  const failed = event("WorkFailed", { step: "notify" });
  const refused = load.given(start, done("accept"), done("validate"), done("price"), failed, after("5s"), failed, after("5s"));
  refused.when(failed).then(undo("discount"));
  load
    .given(start, done("accept"))
    .when(event("WorkFailed", { step: "validate" }))
    .thenNothing();
});

test("it is undone one step at a time: what may have happened first, then the latest", () => {
  const before = [start, done("accept"), done("validate"), done("price"), cancelled] as const;
  const undone = (step: string) => event("WorkUndone", { step });
  load.given(start, done("accept"), done("validate"), done("price")).when(cancelled).then(undo("discount"));
  load
    .given(...before)
    .when(undone("discount"))
    .then(undo("notify"));
  load
    .given(...before, undone("discount"), undone("notify"))
    .when(undone("stock"))
    .then(undo("price"));
  load
    .given(...before, undone("discount"), undone("notify"), undone("stock"), undone("price"), undone("validate"))
    .when(undone("accept"))
    .then("SagaCompensated");
});

test("a delivery that is compensated turns the load back", () => {
  const refused: Cast = { ...workers, DeliveryStarted: answers("SagaCompensated") };
  const story = load.given().playedBy(refused).when(start).ends("compensated", { deliver: "failed", label: "undone", accept: "undone" });
  assert.equal(story.requests.filter((name) => name === "WorkUndoRequested").length, 10);
});
