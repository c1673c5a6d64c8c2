import type { AliasedEvent, CelMap, Definition } from "../types.ts";
import { ALIAS, EVENT_NAME, STEP_NAME } from "./grammar.ts";
import { demand, readCel, readFields, readName } from "./read-values.ts";
import { entriesOf, type Source, type Spot, shown } from "./source.ts";

/** How events find their instance: CEL that gives the saga id, or `{ alias, of }` for an event that carries another key. */
export function readCorrelate(source: Source, spot: Spot | undefined): Pick<Definition, "correlate" | "aliased"> {
  if (spot === undefined) return { correlate: {}, aliased: {} };
  const entries = entriesOf(source, spot);
  if (entries === undefined) {
    source.report(spot, { code: "value-invalid", message: `correlate is ${shown(spot)}; allowed is a map of event names to CEL` });
    return { correlate: {}, aliased: {} };
  }
  const correlate: [string, string][] = [];
  const aliased: [string, AliasedEvent][] = [];
  for (const { key, keySpot, value } of entries) {
    if (key !== "default" && !EVENT_NAME.test(key)) {
      source.report(keySpot, {
        code: "name-invalid",
        message: `\`${key}\` is no event name; allowed are default and names such as OrderPlaced`,
      });
    }
    if (entriesOf(source, value) !== undefined) {
      const alias = readAliased(source, value);
      if (key === "default") {
        source.report(value, { code: "value-invalid", message: "`default` is an alias; allowed is CEL such as event.orderId" });
      } else if (alias !== undefined) aliased.push([key, alias]);
    } else {
      const text = readCel(source, value);
      if (text !== undefined) correlate.push([key, text]);
    }
  }
  return { correlate: Object.fromEntries(correlate), aliased: Object.fromEntries(aliased) };
}

function readAliased(source: Source, spot: Spot): AliasedEvent | undefined {
  const fields = readFields(source, spot, ALIAS);
  for (const key of ["alias", "of"]) if (fields?.has(key) === false) demand(source, spot, { key, what: ALIAS.what });
  const alias = readName(source, fields?.get("alias"), { form: STEP_NAME, like: "paymentId" });
  const of = readCel(source, fields?.get("of"));
  return alias === undefined || of === undefined ? undefined : { alias, of };
}

/** A map of names to CEL whose names are identifiers: aliases, search keys, results. */
export function readNamed(source: Source, spot: Spot | undefined): CelMap {
  if (spot === undefined) return {};
  const entries = entriesOf(source, spot);
  if (entries === undefined) {
    source.report(spot, { code: "value-invalid", message: `\`${spot.path}\` is ${shown(spot)}; allowed is a map of names to CEL` });
    return {};
  }
  const read: [string, string][] = [];
  for (const { key, keySpot, value } of entries) {
    if (!STEP_NAME.test(key)) {
      source.report(keySpot, { code: "name-invalid", message: `\`${key}\` is no allowed name; allowed are names such as paymentId` });
    }
    const text = readCel(source, value);
    if (text !== undefined) read.push([key, text]);
  }
  return Object.fromEntries(read);
}
