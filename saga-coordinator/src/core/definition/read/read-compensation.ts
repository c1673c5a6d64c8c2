import { type Compensation, DEFAULTS, type Retry, type RetryCause } from "../types.ts";
import { COMPENSATE, RETRY } from "./grammar.ts";
import { readAnswers, readEmission } from "./read-answers.ts";
import { demand, type Fields, readCount, readDuration, readFields, readFraction, readText, readWord } from "./read-values.ts";
import { itemsOf, type Source, type Spot } from "./source.ts";

const CAUSES: readonly RetryCause[] = ["timeout", "failed"];

export function readRetry(source: Source, spot: Spot | undefined, defaults: Retry): Retry {
  const fields = spot === undefined ? undefined : readFields(source, spot, RETRY);
  if (spot === undefined || fields === undefined) return defaults;
  if (!fields.has("attempts")) demand(source, spot, { key: "attempts", what: "retry" });
  const on = fields.get("on");
  return {
    attempts: readCount(source, fields.get("attempts")) ?? defaults.attempts,
    backoffMillis: readDuration(source, fields.get("backoff")) ?? defaults.backoffMillis,
    maxMillis: readDuration(source, fields.get("max")) ?? defaults.maxMillis,
    jitter: readFraction(source, fields.get("jitter")) ?? defaults.jitter,
    on: on === undefined ? defaults.on : (itemsOf(source, on) ?? [on]).flatMap((item) => readWord(source, item, CAUSES) ?? []),
  };
}

/** Written, so it is not missing as well; the definition that holds it is refused for what is wrong in it. */
const UNREADABLE: Compensation = { kind: "none", reason: "" };

export function readCompensation(source: Source, name: string, spot: Spot | undefined): Compensation | undefined {
  if (spot === undefined) return undefined;
  const fields = readFields(source, spot, COMPENSATE);
  if (fields === undefined) return UNREADABLE;
  const none = fields.get("none");
  if (none !== undefined) return readNoUndo(source, none, fields);
  const what = `the compensation of ${name}`;
  const emission = readEmission(source, spot, { fields, what });
  if (!fields.has("done")) demand(source, spot, { key: "done", what });
  const undo = {
    done: readAnswers(source, fields.get("done")),
    failed: readAnswers(source, fields.get("failed")),
    timeoutMillis: readDuration(source, fields.get("timeout")) ?? DEFAULTS.undoTimeoutMillis,
    retry: readRetry(source, fields.get("retry"), DEFAULTS.undoRetry),
    whenUnknown: readWord(source, fields.get("whenUnknown"), ["undo", "wait"]) ?? "undo",
  } as const;
  return emission === undefined ? UNREADABLE : { kind: "undo", ...emission, ...undo };
}

function readNoUndo(source: Source, none: Spot, fields: Fields): Compensation {
  const others = [...fields.keys()].filter((key) => key !== "none");
  if (others.length > 0) {
    source.report(none, {
      code: "value-invalid",
      message: `\`none\` stands beside ${others.join(", ")}; allowed is none alone, with the reason`,
    });
  }
  return { kind: "none", reason: readText(source, none) ?? "" };
}
