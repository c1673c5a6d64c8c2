/** A step of a simulated saga: from it follow the definition, the event contracts and what the participant does. */
export type CastStep = {
  /** One lower-case letter. */
  readonly name: string;
  readonly service: "alpha" | "beta";
  /** `observed`: the participant follows an event by itself. `reaction`: commanded, done by an asynchronous handler. */
  readonly kind: "observed" | "commanded" | "reaction";
  /** Event that an observed step follows. */
  readonly follows?: string;
  readonly after?: readonly string[];
  /** `none`: nothing to undo. `beyond`: the pivot, or after it. */
  readonly undo?: "none" | "beyond";
  readonly pivot?: true;
  readonly optional?: true;
  readonly fallback?: string;
  /** Only asked for as the fallback of another step. */
  readonly isFallback?: true;
  /** Its answer carries a reference instead of the saga id; the saga claims it by the answer of the step named. */
  readonly aliasOf?: string;
};

export type Saga = {
  readonly name: string;
  readonly compensation: "reverse" | "parallel";
  readonly deadline: string;
  readonly steps: readonly CastStep[];
};

const a: Omit<CastStep, "kind"> = { name: "a", service: "alpha" };

export const SAGAS: readonly Saga[] = [
  {
    name: "chain",
    compensation: "reverse",
    deadline: "90s",
    steps: [
      { ...a, kind: "observed", follows: "ChainStarted" },
      { name: "b", service: "beta", kind: "observed", follows: "ChainADone", after: ["a"] },
      { name: "c", service: "alpha", kind: "observed", follows: "ChainBDone", after: ["b"] },
    ],
  },
  {
    name: "pay",
    compensation: "reverse",
    deadline: "90s",
    steps: [
      { ...a, kind: "commanded" },
      { name: "b", service: "alpha", kind: "reaction", after: ["a"] },
      { name: "c", service: "alpha", kind: "commanded", after: ["b"], pivot: true, undo: "beyond" },
    ],
  },
  {
    name: "fork",
    compensation: "parallel",
    deadline: "60s",
    steps: [
      { ...a, kind: "observed", follows: "ForkStarted" },
      { name: "b", service: "alpha", kind: "commanded", after: ["a"] },
      { name: "c", service: "alpha", kind: "commanded", after: ["a"], optional: true },
      { name: "d", service: "alpha", kind: "commanded", after: ["b"] },
    ],
  },
  {
    name: "twice",
    compensation: "reverse",
    deadline: "60s",
    steps: [
      { ...a, kind: "commanded", fallback: "b" },
      { name: "b", service: "alpha", kind: "commanded", isFallback: true },
      { name: "c", service: "alpha", kind: "reaction", after: ["a"] },
      { name: "d", service: "alpha", kind: "commanded" },
    ],
  },
  {
    name: "named",
    compensation: "reverse",
    deadline: "60s",
    steps: [
      { ...a, kind: "commanded" },
      { name: "b", service: "alpha", kind: "observed", follows: "NamedStarted", aliasOf: "a" },
    ],
  },
];

/** What one world runs. Sagas with aliases cost an engine of their own, so they have a set of their own. */
export const SETS: ReadonlyArray<readonly string[]> = [
  ["chain", "pay"],
  ["pay", "fork"],
  ["fork", "twice"],
  ["named", "pay"],
];

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** Name of an event about a step. */
export function eventOf(saga: string, step: string, about: "Do" | "Done" | "Failed" | "Undo" | "Undone" | "UndoFailed"): string {
  return `${capital(saga)}${capital(step)}${about}`;
}

export const startOf = (saga: string): string => `${capital(saga)}Started`;

/** The definition as a user would write it. */
export function definitionText({ name, compensation, deadline, steps }: Saga): string {
  const aliased = steps.filter(({ aliasOf }) => aliasOf !== undefined);
  const lines = [
    `saga: ${name}`,
    `start: { on: ${startOf(name)} }`,
    `deadline: ${deadline}`,
    "patience: 2m",
    `compensation: ${compensation}`,
    ...(aliased.length === 0
      ? []
      : [`correlate: { default: event.orderId, ${aliased.map((step) => correlation(name, step)).join(", ")} }`]),
    ...(aliased.length === 0 ? [] : [`aliases: { ref: steps.${aliased[0]?.aliasOf}.ref }`]),
    "steps:",
    ...steps.map((step) => `  ${step.name}: { ${bodyOf(name, step).join(", ")} }`),
  ];
  return `${lines.join("\n")}\n`;
}

const correlation = (saga: string, { name }: CastStep): string => `${eventOf(saga, name, "Done")}: { alias: ref, of: event.ref }`;

const REQUEST = "with: { orderId: saga.id, plan: start.plan }";

function bodyOf(saga: string, { name, kind, after, undo, pivot, optional, fallback, isFallback }: CastStep): readonly string[] {
  const event = (about: Parameters<typeof eventOf>[2]): string => eventOf(saga, name, about);
  const retry = pivot ? "retry: { attempts: 4, backoff: 1s, max: 2s }" : "retry: { attempts: 2, backoff: 1s, max: 2s }";
  const undoing = `compensate: { emit: ${event("Undo")}, ${REQUEST}, done: ${event("Undone")}, failed: ${event("UndoFailed")}, timeout: 4s, retry: { attempts: 3, backoff: 1s, max: 2s } }`;
  return [
    ...(after === undefined || isFallback ? [] : [`after: [${after.join(", ")}]`]),
    `done: ${event("Done")}`,
    `failed: ${event("Failed")}`,
    "timeout: 6s",
    ...(kind === "observed" ? [] : [`command: { emit: ${event("Do")}, ${REQUEST} }`, retry]),
    ...(fallback === undefined ? [] : [`fallback: ${fallback}`]),
    ...(optional ? ["optional: true"] : []),
    ...(pivot ? ["pivot: true"] : undo === "beyond" ? [] : [undo === "none" ? "compensate: { none: nothing to undo }" : undoing]),
  ];
}
