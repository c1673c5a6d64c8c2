import type { FieldType } from "@troupe/kernel";
import { type Definition, eventsOf, type KnownEvent, type StepDefinition } from "../../definition/types.ts";
import { ANY, type Because, type CelField, type CelType, join, nullable, type RecordType, TEXT, TIMESTAMP } from "./cel-types.ts";
import { type Certainty, certaintyOf } from "./certainty.ts";
import { recordOfFields } from "./field-to-cel.ts";
import type { Scope } from "./scope.ts";

/** Where in a definition an expression stands, as far as its scope does not say so. */
export type Site = {
  /** The step that it belongs to. */
  readonly step?: string;
  /** When it is read; `computable`: as soon as it can be. Without it every result may be missing. */
  readonly when?: "opens" | "undone" | "ends" | "computable";
  /** What `event` may be. */
  readonly events?: readonly string[];
  /** Field that its value is for. */
  readonly target?: FieldType | undefined;
};

/** The variables of a scope with their types. */
export type Typing = (scope: Scope, site: Site) => ReadonlyMap<string, CelType>;

export type TypingOptions = {
  readonly events: readonly KnownEvent[];
  /** Definitions of the other sagas, for the results of sub-sagas. */
  readonly sagas?: readonly Definition[];
  /** Type of the elements of a fan-out's list. */
  readonly elementOf: (step: StepDefinition) => CelType;
};

/** Types of whatever a definition's expressions may read, from the schemas of its events. */
export function typingOf(definition: Definition, options: TypingOptions): Typing {
  const { steps } = definition;
  const events = new Map(options.events.map((event) => [event.name, event]));
  const start = eventType(eventsOf(definition.start), events);
  const results = new Map(steps.map((step) => [step.name, resultType(step, events, options.sagas)]));
  const certainty = certaintyOf(steps);
  const elements = new Map<string, CelType>();
  const elementType = (step: StepDefinition): CelType => {
    const type = elements.get(step.name) ?? options.elementOf(step);
    elements.set(step.name, type);
    return type;
  };
  return (scope, site) => {
    const step = steps.find(({ name }) => name === site.step);
    const common: [string, CelType][] = [
      ["saga", sagaType(scope === "start")],
      ["start", start],
      ["steps", stepsType({ steps, results, certainty }, site)],
    ];
    const event = eventType(site.events ?? [], events);
    if (typeof scope === "object") return new Map([...common, [scope.element, step === undefined ? ANY : elementType(step)]]);
    switch (scope) {
      case "payload":
        return new Map(common);
      case "answer":
        return new Map([...common, ["event", event]]);
      case "start":
        return new Map([...common.slice(0, 1), ["start", event], ["event", event]]);
      case "event":
        return new Map([["event", event]]);
      case "schedule":
        return new Map([["tick", TIMESTAMP]]);
    }
  };
}

function sagaType(beforeStart: boolean): CelType {
  const startedAt = beforeStart ? nullable(TIMESTAMP) : TIMESTAMP;
  const fields = Object.entries({ id: TEXT, startedAt, tenant: TEXT });
  return { kind: "record", name: "saga", fields: new Map(fields.map(([name, type]) => [name, { type }])) };
}

/** The payload of one of several events: what all of them have is there, what some lack needs a test. */
export function eventType(names: readonly string[], events: ReadonlyMap<string, KnownEvent>): CelType {
  const records: RecordType[] = [];
  for (const name of names) {
    const event = events.get(name);
    if (event === undefined) return ANY;
    records.push(event.types === undefined ? namesOnly(event) : recordOfFields(name, event.types));
  }
  const [first] = records;
  if (first === undefined) return ANY;
  return records.length === 1 ? first : merged(records);
}

function namesOnly({ name, fields }: KnownEvent): RecordType {
  return { kind: "record", name, fields: new Map(fields.map((field) => [field, { type: ANY }])) };
}

function merged(records: readonly RecordType[]): RecordType {
  const fields = new Map<string, CelField>();
  for (const name of new Set(records.flatMap((record) => [...record.fields.keys()]))) {
    const lacking = records.find((record) => !record.fields.has(name));
    const type = records.flatMap((record) => record.fields.get(name)?.type ?? []).reduce(join);
    fields.set(name, lacking === undefined ? { type } : { type, missing: lacking.name });
  }
  return { kind: "record", name: records.map(({ name }) => name).join(" or "), fields };
}

function resultType(step: StepDefinition, events: ReadonlyMap<string, KnownEvent>, sagas: readonly Definition[] | undefined): CelType {
  const one = step.child === undefined ? answerType(step, events) : childResult(step.child.saga, sagas);
  return step.each === undefined ? one : { kind: "map", of: one };
}

function answerType({ name, wait, done }: StepDefinition, events: ReadonlyMap<string, KnownEvent>): CelType {
  return wait === undefined ? eventType(eventsOf(done), events) : { kind: "record", name: `${name}, which waits,`, fields: new Map() };
}

function childResult(saga: string, sagas: readonly Definition[] | undefined): CelType {
  const child = sagas?.find((other) => other.saga === saga);
  if (child === undefined) return ANY;
  return { kind: "record", name: `the result of ${saga}`, fields: new Map(Object.keys(child.result).map((name) => [name, { type: ANY }])) };
}

type Known = { readonly steps: readonly StepDefinition[]; readonly results: ReadonlyMap<string, CelType>; readonly certainty: Certainty };

function stepsType({ steps, results, certainty }: Known, site: Site): CelType {
  const certain = certainAt(site, { steps, certainty });
  const fields = steps.map(({ name }): [string, CelField] => {
    const type = results.get(name) ?? ANY;
    return [name, { type: certain.has(name) ? type : { kind: "nullable", of: type, because: whyNull(name, site, certainty) } }];
  });
  return { kind: "record", name: "steps", fields: new Map(fields) };
}

function certainAt({ step, when }: Site, { steps, certainty }: Pick<Known, "steps" | "certainty">): ReadonlySet<string> {
  if (when === "computable") return new Set(steps.map(({ name }) => name));
  if (when === "ends") return certainty.atEnd;
  if (when === undefined || step === undefined) return new Set();
  const compensate = steps.find(({ name }) => name === step)?.compensate;
  const waited = when === "undone" && compensate?.kind === "undo" && compensate.whenUnknown === "wait";
  return new Set([...certainty.atOpening(step), ...(waited ? [step] : [])]);
}

function whyNull(name: string, { step, when }: Site, certainty: Certainty): Because {
  if (name === step && when === "undone") {
    const message = `reads the result of ${name} itself, but its undo is also sent when ${name} never answered; allowed is what is known without it, e.g. saga.id or start, or \`whenUnknown: wait\``;
    return { code: "undo-reads-own-step", message };
  }
  if (name === step && when === "opens")
    return {
      code: "undo-reads-own-step",
      message: `reads the result of ${name} itself, which is not there before it; read from start instead`,
    };
  const where =
    when === "ends"
      ? "at the end"
      : step === undefined || when === undefined
        ? "then"
        : `when ${step} ${when === "opens" ? "opens" : "is undone"}`;
  const why = certainty.whyUnsure(name) ?? (step === undefined ? "may have failed" : `is not before ${step}`);
  const message = `reads the result of ${name}, which ${why}, so it may not be there ${where}; test it with has(steps.${name}.FIELD), or read from start instead`;
  return { code: "step-result-uncertain", message };
}
