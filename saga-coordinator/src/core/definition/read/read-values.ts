import { DURATION_FORMS, parseDuration } from "../durations.ts";
import { unknownName } from "../problems.ts";
import { ANSWER, EVENT_NAME, type Grammar } from "./grammar.ts";
import { entriesOf, itemsOf, type Source, type Spot, scalarOf, shown, writtenText } from "./source.ts";

export type Fields = ReadonlyMap<string, Spot>;

/** The known entries of a map. Every other key is reported: with the nearest known one, or as not available yet. */
export function readFields(source: Source, spot: Spot, grammar: Grammar): Fields | undefined {
  const entries = entriesOf(source, spot);
  if (entries === undefined) {
    source.report(spot, { code: "value-invalid", message: `${grammar.what} is ${shown(spot)}; allowed is a map` });
    return undefined;
  }
  const fields = new Map<string, Spot>();
  for (const { key, keySpot, value } of entries) {
    if (grammar.known.includes(key)) fields.set(key, value);
    else if (grammar.later.includes(key)) {
      source.report(keySpot, { code: "key-unavailable", message: `\`${key}\` is not available in this version` });
    } else {
      const message = unknownName(`\`${key}\` is not a key of ${grammar.what}`, { found: key, allowed: grammar.known });
      source.report(keySpot, { code: "key-unknown", message });
    }
  }
  return fields;
}

/** Reports a key that must be there. */
export function demand(source: Source, spot: Spot, missing: { key: string; what: string }): void {
  source.report(spot, { code: "key-missing", message: `${missing.what} has no \`${missing.key}\`, which it needs` });
}

export function readText(source: Source, spot: Spot | undefined): string | undefined {
  if (spot === undefined) return undefined;
  const value = scalarOf(spot);
  if (typeof value === "string" && value !== "") return value;
  source.report(spot, { code: "value-invalid", message: `\`${nameOf(spot)}\` is ${shown(spot)}; allowed is a text` });
  return undefined;
}

export function readDuration(source: Source, spot: Spot | undefined): number | undefined {
  if (spot === undefined) return undefined;
  const millis = parseDuration(writtenText(spot) ?? "");
  if (millis !== undefined) return millis;
  const message = `\`${nameOf(spot)}\` is ${shown(spot)}; allowed are durations above zero, ${DURATION_FORMS}`;
  source.report(spot, { code: "duration-invalid", message });
  return undefined;
}

export function readCount(source: Source, spot: Spot | undefined): number | undefined {
  if (spot === undefined) return undefined;
  const value = scalarOf(spot);
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 1000) return value;
  source.report(spot, {
    code: "value-invalid",
    message: `\`${nameOf(spot)}\` is ${shown(spot)}; allowed are whole numbers from 1 to 1000`,
  });
  return undefined;
}

export function readFlag(source: Source, spot: Spot | undefined): boolean {
  if (spot === undefined) return false;
  const value = scalarOf(spot);
  if (typeof value === "boolean") return value;
  source.report(spot, { code: "value-invalid", message: `\`${nameOf(spot)}\` is ${shown(spot)}; allowed are true and false` });
  return false;
}

/** A name of the allowed form. */
export function readName(source: Source, spot: Spot | undefined, { form, like }: { form: RegExp; like: string }): string | undefined {
  if (spot === undefined) return undefined;
  const text = writtenText(spot);
  if (text !== undefined && form.test(text)) return text;
  source.report(spot, { code: "name-invalid", message: `\`${nameOf(spot)}\` is ${shown(spot)}; allowed are names such as ${like}` });
  return undefined;
}

/** Event names: one, `{ on: Event }`, or a list of these. */
export function readEvents(source: Source, spot: Spot | undefined): readonly string[] {
  if (spot === undefined) return [];
  const spots = itemsOf(source, spot) ?? [spot];
  if (spots.length === 0) source.report(spot, { code: "value-invalid", message: `\`${nameOf(spot)}\` is an empty list; name an event` });
  return spots.flatMap((item) => {
    const name = readName(source, eventSpot(source, item), { form: EVENT_NAME, like: "OrderPlaced" });
    return name === undefined ? [] : [name];
  });
}

function eventSpot(source: Source, spot: Spot): Spot | undefined {
  if (entriesOf(source, spot) === undefined) return spot;
  const on = readFields(source, spot, ANSWER)?.get("on");
  if (on === undefined) demand(source, spot, { key: "on", what: ANSWER.what });
  return on;
}

/** CEL text of each entry of a map. A number or a truth value is CEL already, and is kept as written. */
export function readExpressions(source: Source, spot: Spot | undefined): { readonly [name: string]: string } {
  if (spot === undefined) return {};
  const entries = entriesOf(source, spot);
  if (entries === undefined) {
    source.report(spot, { code: "value-invalid", message: `\`${nameOf(spot)}\` is ${shown(spot)}; allowed is a map of names to CEL` });
    return {};
  }
  return Object.fromEntries(entries.flatMap(({ key, value }) => readExpression(source, key, value)));
}

function readExpression(source: Source, key: string, value: Spot): [string, string][] {
  const text = writtenText(value);
  if (text !== undefined && text.trim() !== "") return [[key, text]];
  source.report(value, {
    code: "value-invalid",
    message: `\`${key}\` is ${shown(value)}; allowed is a CEL expression such as start.${key} (quote a map or list: "{...}")`,
  });
  return [];
}

/** Last part of the path: the key under which the value stands. */
export function nameOf(spot: Spot): string {
  const parts = spot.path.split(".").filter((part) => !/^\d+$/.test(part));
  return parts.at(-1) ?? spot.path;
}
