import { type AnalyseExpression, createExpressionAnalyser, definitionTyping } from "../expressions.ts";
import { type Place, placesOf } from "./check/places.ts";
import { type Definition, eventsOf, type KnownEvent, type StepDefinition } from "./types.ts";

/** The fields of an event that some expression of a definition reads, e.g. `lines[].sku`; `*` is all of it. Sorted. */
export type FieldsOfEvent = { readonly event: string; readonly fields: readonly string[] };

/**
 * Which fields of which events a definition depends on, from its expressions and from the correlation fields of the
 * schemas: what a schema may not change without breaking it. By name of the event.
 */
export function fieldsOfEvents(
  definition: Definition,
  { events = [] }: { readonly events?: readonly KnownEvent[] } = {},
): readonly FieldsOfEvent[] {
  const analyse = createExpressionAnalyser(definitionTyping(definition, { events }));
  const found = new Map<string, Set<string>>();
  const add = (names: readonly string[], path: string): void => {
    for (const name of names) found.set(name, (found.get(name) ?? new Set()).add(path === "" ? "*" : path));
  };
  for (const place of placesOf(definition, { events: undefined, startOf: () => undefined })) {
    for (const path of pathsAt(place, { definition, analyse })) note(path, { place, definition, add });
  }
  for (const { name, correlateField } of events) {
    const own =
      Object.hasOwn(definition.correlate, name) ||
      Object.hasOwn(definition.correlate, "default") ||
      Object.hasOwn(definition.aliased, name);
    if (correlateField !== undefined && !own && isHeard(definition, name)) add([name], correlateField);
  }
  return [...found].map(([event, paths]) => ({ event, fields: withoutPrefixes([...paths]) })).sort((a, b) => (a.event < b.event ? -1 : 1));
}

type Reading = { readonly definition: Definition; readonly analyse: AnalyseExpression };

function pathsAt({ text, scope, site }: Place, { definition, analyse }: Reading): readonly string[] {
  const analysis = analyse(scope, text, site);
  if ("invalid" in analysis) return [];
  if (typeof scope !== "object") return analysis.paths;
  const element = scope.element;
  const items = definition.steps.find(({ name }) => name === site.step)?.each?.items;
  const list = items === undefined ? undefined : analyse("payload", items, site);
  const whole = list === undefined || "invalid" in list ? undefined : list.paths[0];
  // The variable of a fan-out stands for an element of its list.
  const isElement = (path: string): boolean => path === element || path.startsWith(`${element}.`) || path.startsWith(`${element}[`);
  return analysis.paths.flatMap((path) =>
    isElement(path) ? (whole === undefined ? [] : [`${whole}[]${path.slice(element.length)}`]) : [path],
  );
}

type Noting = { readonly place: Place; readonly definition: Definition; readonly add: (events: readonly string[], path: string) => void };

function note(path: string, { place, definition, add }: Noting): void {
  const [root = ""] = /^\w+/.exec(path) ?? [];
  const rest = path.slice(root.length).replace(/^\./, "");
  const { events = [] } = place.site;
  if (root === "event") add(events, rest);
  if (root === "start") add(place.scope === "start" ? events : eventsOf(definition.start), rest);
  if (root !== "steps") return;
  const [name = ""] = /^\w+/.exec(rest) ?? [];
  const step = definition.steps.find((one) => one.name === name);
  if (step !== undefined) add(eventsOf(step.done), resultPath(step, rest.slice(name.length)));
}

/** What is left of `steps.X` in the event that finished X: of a fan-out the first part is the key of an element. */
function resultPath({ each }: StepDefinition, rest: string): string {
  const path = each === undefined ? rest : rest.replace(/^(\[\]|\.\w+)/, "");
  return path.replace(/^\./, "");
}

function isHeard({ start, steps }: Definition, event: string): boolean {
  const answers = steps.flatMap(({ done, failed, compensate }) => [
    ...done,
    ...failed,
    ...(compensate?.kind === "undo" ? [...compensate.done, ...compensate.failed] : []),
  ]);
  return eventsOf([...start, ...answers]).includes(event);
}

/** `lines` says nothing beside `lines[].sku`. */
function withoutPrefixes(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => !paths.some((other) => other.startsWith(`${path}.`) || other.startsWith(`${path}[`))).sort();
}
