import type { Answer, Cron } from "../types.ts";
import { START } from "./grammar.ts";
import { onlyItem, readEmission, readEvent } from "./read-answers.ts";
import { demand, type Fields, readCel, readFields, readText, readWord } from "./read-values.ts";
import { itemsOf, type Source, type Spot } from "./source.ts";

export type Start = { readonly start: readonly Answer[]; readonly cron: Cron | undefined };

/** Events that start an instance, or the schedule that emits such an event. */
export function readStart(source: Source, spot: Spot | undefined): Start {
  if (spot === undefined) return { start: [], cron: undefined };
  const list = itemsOf(source, spot);
  if (list?.length === 0) demand(source, spot, { key: "on", what: "start" });
  const read = (list ?? [onlyItem(source, spot)]).flatMap((item) => readOne(source, item, list !== undefined) ?? []);
  return { start: read.flatMap(({ start }) => start), cron: read.find(({ cron }) => cron !== undefined)?.cron };
}

function readOne(source: Source, spot: Spot, inList: boolean): Start | undefined {
  const fields = readFields(source, spot, START);
  if (fields === undefined) return undefined;
  if (fields.has("cron")) return readSchedule(source, spot, { fields, inList });
  const stray = ["zone", "emit", "with", "missed"].find((key) => fields.has(key));
  if (stray !== undefined) {
    const message = `\`${stray}\` stands without \`cron\`, which it belongs to`;
    source.report(fields.get(stray) ?? spot, { code: "key-misplaced", message });
  }
  if (!fields.has("on")) demand(source, spot, { key: "on", what: "start" });
  const on = readEvent(source, fields.get("on"));
  const guard = readCel(source, fields.get("if"));
  return { start: on === undefined ? [] : [{ on, if: guard }], cron: undefined };
}

function readSchedule(source: Source, spot: Spot, { fields, inList }: { fields: Fields; inList: boolean }): Start {
  if (inList) source.report(spot, { code: "value-invalid", message: "a cron start stands in a list; allowed is one alone" });
  const stray = ["on", "if"].find((key) => fields.has(key));
  if (stray !== undefined) {
    const message = `\`${stray}\` stands beside \`cron\`; the event that a schedule emits is its start`;
    source.report(fields.get(stray) ?? spot, { code: "key-misplaced", message });
  }
  const emission = readEmission(source, spot, { fields, what: "a cron start" });
  const cron = readText(source, fields.get("cron"));
  const zone = readText(source, fields.get("zone")) ?? "UTC";
  const missed = readWord(source, fields.get("missed"), ["latest", "all"]) ?? "latest";
  if (emission === undefined || cron === undefined) return { start: [], cron: undefined };
  return { start: [{ on: emission.emit, if: undefined }], cron: { ...emission, cron, zone, missed } };
}
