import type { FieldType } from "@troupe/kernel";
import type { Site } from "../../expressions/types/typing.ts";
import type { Scope } from "../../expressions.ts";
import { type CelMap, type Definition, eventsOf, type KnownEvent, type StepDefinition } from "../types.ts";
import { listenings, undoOf } from "./checking.ts";

/** What the value of an expression is for. `field`: of an emitted event, in `site.target`. `key`: text or a whole number. */
export type Wanted = "condition" | "key" | "list" | "instant" | "field" | "data";

/** An expression of a definition, with all that is needed to check it where it stands. */
export type Place = {
  readonly path: string;
  readonly text: string;
  readonly scope: Scope;
  readonly site: Site;
  readonly wants: Wanted;
};

export type PlaceOptions = {
  readonly events: ReadonlyMap<string, KnownEvent> | undefined;
  /** Start event of a sub-saga. */
  readonly startOf: (saga: string) => string | undefined;
};

/** Every expression of a definition, in no particular order. */
export function placesOf(definition: Definition, options: PlaceOptions): readonly Place[] {
  const { cron } = definition;
  return [
    ...correlations(definition),
    ...named("aliases", definition.aliases, { site: { when: "computable" }, wants: "key" }),
    ...named("search", definition.search, { site: { when: "computable" }, wants: "data" }),
    ...named("result", definition.result, { site: { when: "ends" }, wants: "data" }),
    ...listenings(definition).flatMap(({ guard, path, step, event }) =>
      guard === undefined ? [] : [guardPlace({ path: `${path}.if`, text: guard, step, event })],
    ),
    ...(cron === undefined ? [] : fields("start.0.with", cron.with, { scope: "schedule", site: {}, event: cron.emit, options })),
    ...definition.steps.flatMap((step) => stepPlaces(step, options)),
  ];
}

/** The events that an entry of `correlate` is asked for. */
export function eventsUnder(definition: Definition, entry: string): readonly string[] {
  if (entry !== "default") return [entry];
  const heard = new Set(listenings(definition).map(({ event }) => event));
  return [...heard].filter((event) => !Object.hasOwn(definition.correlate, event) && !Object.hasOwn(definition.aliased, event));
}

function correlations(definition: Definition): readonly Place[] {
  const direct = Object.entries(definition.correlate).flatMap(([entry, text]) =>
    eventsUnder(definition, entry).map((event) => ({ path: `correlate.${entry}`, text, event })),
  );
  const aliased = Object.entries(definition.aliased).map(([event, { of }]) => ({ path: `correlate.${event}.of`, text: of, event }));
  return [...direct, ...aliased].map(({ path, text, event }) => ({
    path,
    text,
    scope: "event",
    site: { events: [event] },
    wants: "key",
  }));
}

function named(key: string, map: CelMap, { site, wants }: Pick<Place, "site" | "wants">): readonly Place[] {
  return Object.entries(map).map(([name, text]) => ({ path: `${key}.${name}`, text, scope: "payload", site, wants }));
}

type Guard = { readonly path: string; readonly text: string; readonly step: StepDefinition | undefined; readonly event: string };

function guardPlace({ path, text, step, event }: Guard): Place {
  const scope = step === undefined ? "start" : "answer";
  return { path, text, scope, site: { ...(step === undefined ? {} : { step: step.name }), events: [event] }, wants: "condition" };
}

type Emitting = { readonly scope: Scope; readonly site: Site; readonly event: string | undefined; readonly options: PlaceOptions };

function fields(path: string, map: CelMap, { scope, site, event, options }: Emitting): readonly Place[] {
  const types = event === undefined ? undefined : options.events?.get(event)?.types;
  const target = (field: string): FieldType | undefined => types?.find(({ name }) => name === field)?.type;
  return Object.entries(map).map(([field, text]) => ({
    path: `${path}.${field}`,
    text,
    scope,
    site: { ...site, target: target(field) },
    wants: "field",
  }));
}

function stepPlaces(step: StepDefinition, options: PlaceOptions): readonly Place[] {
  const at = `steps.${step.name}`;
  const own: Scope = step.each === undefined ? "payload" : { element: step.each.as };
  const opens: Site = { step: step.name, when: "opens" };
  const undo = undoOf(step);
  const place = (key: string, text: string | undefined, rest: Omit<Place, "path" | "text">): readonly Place[] =>
    text === undefined ? [] : [{ path: `${at}.${key}`, text, ...rest }];
  const emitting = (event: string | undefined, site: Site): Emitting => ({ scope: own, site, event, options });
  return [
    ...place("if", step.if, { scope: "payload", site: opens, wants: "condition" }),
    ...place("until", step.wait?.kind === "until" ? step.wait.at : undefined, { scope: "payload", site: opens, wants: "instant" }),
    ...place("forEach", step.each?.items, { scope: "payload", site: opens, wants: "list" }),
    ...place("key", step.each?.key, { scope: own, site: opens, wants: "key" }),
    ...answerKeys(step, at),
    ...place("repeat.while", step.repeat?.while, {
      scope: "answer",
      site: { ...opens, events: eventsOf(step.done) },
      wants: "condition",
    }),
    ...fields(`${at}.command.with`, step.command?.with ?? {}, emitting(step.command?.emit, opens)),
    ...fields(`${at}.with`, step.child?.with ?? {}, emitting(options.startOf(step.child?.saga ?? ""), opens)),
    ...fields(`${at}.compensate.with`, undo?.with ?? {}, emitting(undo?.emit, { step: step.name, when: "undone" })),
  ];
}

/** Asked of every answer, whichever it is. */
function answerKeys(step: StepDefinition, at: string): readonly Place[] {
  const text = step.each?.answerKey;
  if (text === undefined) return [];
  const undo = undoOf(step);
  return eventsOf([...step.done, ...step.failed, ...(undo?.done ?? []), ...(undo?.failed ?? [])]).map((event) => ({
    path: `${at}.answerKey`,
    text,
    scope: "event",
    site: { step: step.name, events: [event] },
    wants: "key",
  }));
}
