import { formatDuration } from "../definition/durations.ts";
import { type Answer, type Definition, eventsOf, kindOf, type Retry, type StepDefinition, type StepKind } from "../definition/types.ts";

/** A definition as boxes and arrows, whatever draws them. */
export type Flow = {
  readonly title: string;
  readonly description: string | undefined;
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
};

export type FlowNode =
  | { readonly kind: "start" | "end" | "choice" | "join"; readonly id: string; readonly text: string }
  | ({ readonly kind: "step"; readonly id: string } & StepBox);

export type StepBox = {
  readonly name: string;
  readonly stepKind: StepKind;
  readonly pivot: boolean;
  readonly optional: boolean;
  readonly fanOut: boolean;
  /** What kind of step it is, in a few words: `observed`, `person: export-clerk`. */
  readonly badge: string;
  /** What it does and waits for, one thing a line. */
  readonly lines: readonly string[];
  /** How it is undone, or why not; undefined where the question does not arise. */
  readonly undo: string | undefined;
};

/** `fallback`: taken instead of giving up. */
export type FlowEdge = {
  readonly from: string;
  readonly to: string;
  readonly label: string | undefined;
  readonly kind: "after" | "fallback";
};

const START = "START";
const END = "END";

/** The flow of a definition: steps with what they wait for, choices, joins, fallbacks, and how each is undone. */
export function flowOf(definition: Definition): Flow {
  const { steps } = definition;
  const edges = [...steps.flatMap((step) => edgesInto(step, definition)), ...edgesOut(definition)];
  return {
    title: definition.title ?? definition.saga,
    description: definition.description,
    nodes: [
      { kind: "start", id: START, text: startText(definition) },
      ...[...choicesOf(steps).keys()].map((name): FlowNode => ({ kind: "choice", id: choiceId(name), text: name })),
      ...steps.filter(hasJoin).map((step): FlowNode => ({ kind: "join", id: joinId(step.name), text: joinText(step) })),
      ...steps.map((step): FlowNode => ({ kind: "step", id: step.name, ...boxOf(step, definition) })),
      { kind: "end", id: END, text: "completed" },
    ],
    edges,
  };
}

const choiceId = (name: string): string => `CHOICE_${name}`;
const joinId = (step: string): string => `JOIN_${step}`;
const hasJoin = ({ after, atLeast }: StepDefinition): boolean => atLeast !== undefined && after.length > 1;
const joinText = ({ after, atLeast = 0 }: StepDefinition): string => (atLeast === 1 ? "any" : `${atLeast} of ${after.length}`);

function choicesOf(steps: readonly StepDefinition[]): ReadonlyMap<string, readonly StepDefinition[]> {
  const groups = new Map<string, StepDefinition[]>();
  for (const step of steps) if (step.choice !== undefined) groups.set(step.choice, [...(groups.get(step.choice) ?? []), step]);
  return groups;
}

function startText({ start, cron, deadlineMillis }: Definition): string {
  const deadline = deadlineMillis === undefined ? "" : `, at most ${formatDuration(deadlineMillis)}`;
  if (cron !== undefined) return `cron ${cron.cron} ${cron.zone}${deadline}`;
  return `${answersText(start)}${deadline}`;
}

const answersText = (answers: readonly Answer[]): string =>
  answers.map(({ on, if: guard }) => (guard === undefined ? on : `${on} if ${guard}`)).join(" or ");

function edgesInto(step: StepDefinition, { steps }: Definition): readonly FlowEdge[] {
  if (steps.some(({ fallback }) => fallback === step.name)) return [];
  const { name, choice, if: guard = "" } = step;
  if (choice !== undefined) {
    const group = choicesOf(steps).get(choice) ?? [];
    const label = step.otherwise ? "otherwise" : guard;
    const own: FlowEdge = { from: choiceId(choice), to: name, label, kind: "after" };
    return group[0] === step ? [...arrows(step.after, choiceId(choice)), own] : [own];
  }
  if (!hasJoin(step)) return arrows(step.after, name);
  return [...arrows(step.after, joinId(name)), { from: joinId(name), to: name, label: undefined, kind: "after" }];
}

function arrows(after: readonly string[], to: string): readonly FlowEdge[] {
  return (after.length === 0 ? [START] : after).map((from) => ({ from, to, label: undefined, kind: "after" }));
}

/** Fallbacks, and the way out of every step that nobody waits for. */
function edgesOut({ steps }: Definition): readonly FlowEdge[] {
  const awaited = new Set(steps.flatMap(({ after }) => after));
  const isLast = ({ name }: StepDefinition): boolean =>
    !awaited.has(name) && !steps.some((other) => other.fallback === name && awaited.has(other.name));
  return [
    ...steps.flatMap(({ name, fallback }): FlowEdge[] =>
      fallback === undefined ? [] : [{ from: name, to: fallback, label: "if it fails", kind: "fallback" }],
    ),
    ...standIns(steps),
    ...steps.filter(isLast).map(({ name }): FlowEdge => ({ from: name, to: END, label: undefined, kind: "after" })),
  ];
}

/** A fallback satisfies whoever waits for its primary. */
function standIns(steps: readonly StepDefinition[]): readonly FlowEdge[] {
  return steps.flatMap(({ name, fallback }) =>
    fallback === undefined
      ? []
      : steps
          .filter(({ after }) => after.includes(name))
          .map(
            (follower): FlowEdge => ({
              from: fallback,
              to: hasJoin(follower) ? joinId(follower.name) : follower.name,
              label: undefined,
              kind: "after",
            }),
          ),
  );
}

function boxOf(step: StepDefinition, definition: Definition): StepBox {
  const { name, pivot, optional, each } = step;
  const stepKind = kindOf(step);
  return {
    name,
    stepKind,
    pivot,
    optional,
    fanOut: each !== undefined,
    badge: badgeOf(step),
    lines: linesOf(step),
    undo: undoOf(step, definition),
  };
}

function badgeOf(step: StepDefinition): string {
  const { human, wait, child, each, pivot, optional, repeat } = step;
  const kind = human ? `person: ${human.role}` : wait ? "wait" : child ? `saga ${child.saga}` : step.command ? "asked" : "observed";
  const more = [each && `for each ${each.as}`, repeat && "repeated", pivot && "pivot", optional && "optional"];
  return [kind, ...more.filter((text) => typeof text === "string")].join(" · ");
}

function linesOf(step: StepDefinition): readonly string[] {
  const { command, wait, each, repeat, choice, timeoutMillis, retry } = step;
  const lines = [
    step.if !== undefined && choice === undefined && `only if ${step.if}`,
    each && `each of ${each.items}`,
    command && `asks ${command.emit}`,
    wait && (wait.kind === "for" ? `waits ${formatDuration(wait.millis)}` : `waits until ${wait.at}`),
    step.done.length > 0 && `done: ${answersText(step.done)}`,
    step.failed.length > 0 && `failed: ${answersText(step.failed)}`,
    repeat && `again while ${repeat.while}, every ${formatDuration(repeat.everyMillis)}, at most ${repeat.max}`,
    timeoutMillis !== undefined && `within ${formatDuration(timeoutMillis)}${retryText(retry)}`,
  ];
  return lines.filter((line) => typeof line === "string");
}

const retryText = ({ attempts }: Retry): string => (attempts > 1 ? `, ${attempts} attempts` : "");

function undoOf(step: StepDefinition, { compensation }: Definition): string | undefined {
  const { compensate, child } = step;
  if (compensate?.kind === "none") return `nothing to undo: ${compensate.reason}`;
  if (compensate === undefined) return child === undefined ? undefined : `undo: ${child.saga} is compensated`;
  const together = compensation === "parallel" ? " (together)" : "";
  return `undo${together}: ${compensate.emit}, done: ${eventsOf(compensate.done).join(" or ")}`;
}
