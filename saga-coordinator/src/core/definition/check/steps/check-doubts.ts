import { formatDuration } from "../../durations.ts";
import { eventsOf, type StepDefinition } from "../../types.ts";
import { type Checking, reportStep, undoOf } from "../checking.ts";

/** What is allowed and probably not meant: warnings only. */
export function checkDoubts(checking: Checking): void {
  for (const step of checking.definition.steps) checkTopics(checking, step);
  checkDeadline(checking);
}

/** Rule 5: over two topics nobody knows whether done or undone came first. */
function checkTopics(checking: Checking, step: StepDefinition): void {
  const topics = (names: readonly string[]): readonly string[] => names.flatMap((name) => checking.events?.get(name)?.topic ?? []);
  const undo = undoOf(step);
  if (undo === undefined) return;
  const done = topics(eventsOf(step.done));
  const other = topics(eventsOf(undo.done)).find((topic) => done.some((one) => one !== topic));
  if (other === undefined) return;
  const message = `${step.name}: done is on topic ${done.join(", ")} and the answer to its undo on ${other}; their order is unknowable, so a late done may be undone twice`;
  reportStep(checking, [step, "compensate.done"], { code: "answers-on-different-topics", message, severity: "warning" });
}

/** A deadline shorter than the times one after another turns sagas that are still on time. */
function checkDeadline(checking: Checking): void {
  const { definition, graph, source } = checking;
  const { deadlineMillis, steps } = definition;
  if (deadlineMillis === undefined || steps.some(({ name }) => graph.before(name).has(name))) return;
  // Ordered by the number of steps before, so that each finds what it waits for already computed.
  const inOrder = [...steps].sort((a, b) => graph.before(a.name).size - graph.before(b.name).size);
  const needs = new Map<string, { readonly millis: number; readonly way: readonly string[] }>();
  for (const step of inOrder) {
    const before = [...graph.before(step.name)].flatMap((name) => needs.get(name) ?? []);
    const longest = before.reduce((a, b) => (b.millis > a.millis ? b : a), { millis: 0, way: [] });
    needs.set(step.name, { millis: longest.millis + ownMillis(step), way: [...longest.way, step.name] });
  }
  const required = steps.filter(({ optional }) => !optional).flatMap(({ name }) => needs.get(name) ?? []);
  const longest = required.reduce((a, b) => (b.millis > a.millis ? b : a), { millis: 0, way: [] });
  if (longest.millis <= deadlineMillis) return;
  const message = `deadline ${formatDuration(deadlineMillis)} is shorter than the ${formatDuration(longest.millis)} that ${longest.way.join(", ")} may take one after another`;
  source.report("deadline", { code: "deadline-too-short", message, severity: "warning" });
}

/** How long a step may take by its own words: its timeout, its wait, its rounds. Retries come on top only when something fails. */
function ownMillis({ timeoutMillis = 0, wait, repeat }: StepDefinition): number {
  if (wait?.kind === "for") return wait.millis;
  return repeat === undefined ? timeoutMillis : repeat.max * timeoutMillis + (repeat.max - 1) * repeat.everyMillis;
}
