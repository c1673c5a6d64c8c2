import { DURATION_FORMS, parseDuration } from "../durations.ts";
import { unknownName } from "../problems.ts";
import { type Grammar, knownKeys } from "./grammar.ts";
import { entriesOf, itemsOf, type Source, type Spot, scalarOf, shown, writtenText } from "./source.ts";

export type Fields = ReadonlyMap<string, Spot>;

/** The known entries of a map. Every other key is reported, with the nearest known one. */
export function readFields(source: Source, spot: Spot, grammar: Grammar): Fields | undefined {
  const entries = entriesOf(source, spot);
  if (entries === undefined) {
    source.report(spot, { code: "value-invalid", message: `${grammar.what} is ${shown(spot)}; allowed is a map` });
    return undefined;
  }
  const fields = new Map<string, Spot>();
  for (const { key, keySpot, value } of entries) {
    if (Object.hasOwn(grammar.keys, key)) fields.set(key, value);
    else {
      const message = unknownName(`\`${key}\` is not a key of ${grammar.what}`, { found: key, allowed: knownKeys(grammar) });
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

/** A part of a whole, 0 to 1. */
export function readFraction(source: Source, spot: Spot | undefined): number | undefined {
  if (spot === undefined) return undefined;
  const value = scalarOf(spot);
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  source.report(spot, {
    code: "value-invalid",
    message: `\`${nameOf(spot)}\` is ${shown(spot)}; allowed are numbers from 0 to 1, such as 0.2`,
  });
  return undefined;
}

export function readFlag(source: Source, spot: Spot | undefined): boolean {
  if (spot === undefined) return false;
  const value = scalarOf(spot);
  if (typeof value === "boolean") return value;
  const isQuoted = value === "true" || value === "false";
  const found = isQuoted ? `the text "${value}"` : shown(spot);
  const message = `\`${nameOf(spot)}\` is ${found}; allowed are true and false${isQuoted ? ", without quotes" : ""}`;
  source.report(spot, { code: "value-invalid", message });
  return value === "true"; // what was meant, so that nothing else is reported of it
}

/** A name of the allowed form. */
export function readName(source: Source, spot: Spot | undefined, { form, like }: { form: RegExp; like: string }): string | undefined {
  if (spot === undefined) return undefined;
  const text = writtenText(spot);
  if (text !== undefined && form.test(text)) return text;
  source.report(spot, { code: "name-invalid", message: `\`${nameOf(spot)}\` is ${shown(spot)}; allowed are names such as ${like}` });
  return undefined;
}

/** A name of a list of allowed words. */
export function readWord<Word extends string>(source: Source, spot: Spot | undefined, allowed: readonly Word[]): Word | undefined {
  if (spot === undefined) return undefined;
  const text = writtenText(spot) ?? "";
  const word = allowed.find((one) => one === text);
  if (word !== undefined) return word;
  const message = unknownName(`\`${nameOf(spot)}\` is ${shown(spot)}`, { found: text, allowed });
  source.report(spot, { code: "value-invalid", message });
  return undefined;
}

/** A list of names, or one name alone. */
export function readNames(source: Source, spot: Spot, name: { form: RegExp; like: string }): readonly string[] {
  const names: string[] = [];
  for (const item of itemsOf(source, spot) ?? [spot]) {
    const read = readName(source, item, name);
    if (read === undefined) continue;
    if (names.includes(read)) {
      const message = `\`${nameOf(spot)}\` names \`${read}\` twice; allowed is each name once`;
      source.report(item, { code: "value-invalid", message });
    }
    names.push(read);
  }
  return [...new Set(names)];
}

/** CEL text; a number or a truth value is CEL already, and is kept as written. */
export function readCel(source: Source, spot: Spot | undefined): string | undefined {
  return spot === undefined ? undefined : readExpression(source, nameOf(spot), spot)[0]?.[1];
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
  const { node, at } = value;
  if (node?.kind === "scalar" && node.text.trim() !== "") {
    source.expressions.set(value.path, { at, runs: node.runs });
    return [[key, node.text]];
  }
  source.report(value, {
    code: "value-invalid",
    message: `\`${key}\` is ${shown(value)}; allowed is a CEL expression such as start.${key} (quote a map or list: "{...}")`,
  });
  return [];
}

/** Last part of the path: the key under which the value stands. */
export function nameOf(spot: Spot): string {
  const parts = spot.path.split(".").filter((part) => !/^\d+$/.test(part));
  const [name = spot.path] = parts.slice(-1);
  return name;
}
