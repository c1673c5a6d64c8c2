import type { Answer, CelMap, Emission } from "../types.ts";
import { ANSWER, COMMAND, EVENT_NAME } from "./grammar.ts";
import { demand, type Fields, nameOf, readCel, readExpressions, readFields, readName } from "./read-values.ts";
import { entriesOf, itemsOf, type Source, type Spot } from "./source.ts";

/** Events: one name, `{ on: Event, if: CEL }`, or a list of these. Their places count from 0 also when no list was written. */
export function readAnswers(source: Source, spot: Spot | undefined): readonly Answer[] {
  if (spot === undefined) return [];
  const spots = itemsOf(source, spot) ?? [onlyItem(source, spot)];
  if (spots.length === 0) source.report(spot, { code: "value-invalid", message: `\`${nameOf(spot)}\` is an empty list; name an event` });
  return spots.flatMap((item) => readAnswer(source, item) ?? []);
}

/** So that a check can point at `done.0.if` whether or not a list was written. */
export function onlyItem(source: Source, spot: Spot): Spot {
  const path = `${spot.path}.0`;
  source.offsets.set(path, spot.at);
  return { ...spot, path };
}

function readAnswer(source: Source, spot: Spot): Answer | undefined {
  if (entriesOf(source, spot) === undefined) {
    const on = readEvent(source, spot);
    return on === undefined ? undefined : { on, if: undefined };
  }
  const fields = readFields(source, spot, ANSWER);
  if (fields?.has("on") === false) demand(source, spot, { key: "on", what: ANSWER.what });
  const on = readEvent(source, fields?.get("on"));
  const guard = readCel(source, fields?.get("if"));
  return on === undefined ? undefined : { on, if: guard };
}

export function readEvent(source: Source, spot: Spot | undefined): string | undefined {
  return readName(source, spot, { form: EVENT_NAME, like: "OrderPlaced" });
}

/** `{ emit, with }`. */
export function readCommand(source: Source, spot: Spot | undefined): Emission | undefined {
  if (spot === undefined) return undefined;
  const fields = readFields(source, spot, COMMAND);
  return fields === undefined ? undefined : readEmission(source, spot, { fields, what: "command" });
}

/** The keys `emit` and `with` of a map that may have others. */
export function readEmission(source: Source, spot: Spot, { fields, what }: { fields: Fields; what: string }): Emission | undefined {
  if (!fields.has("emit")) demand(source, spot, { key: "emit", what });
  const emit = readEvent(source, fields.get("emit"));
  const mapping: CelMap = readExpressions(source, fields.get("with"));
  return emit === undefined ? undefined : { emit, with: mapping };
}
