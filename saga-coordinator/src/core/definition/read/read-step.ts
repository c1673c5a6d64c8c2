import { unknownName } from "../problems.ts";
import { type Compensation, DEFAULTS, type Emission, type Retry, type RetryCause, type StepDefinition } from "../types.ts";
import { AFTER, COMMAND, COMPENSATE, RETRY, STEP, STEP_NAME } from "./grammar.ts";
import {
  demand,
  type Fields,
  readCount,
  readDuration,
  readEvents,
  readExpressions,
  readFields,
  readFlag,
  readName,
  readText,
} from "./read-values.ts";
import { entriesOf, itemsOf, type Source, type Spot, writtenText } from "./source.ts";

/** One step of the file. Undefined when it isn't even a map. */
export function readStep(source: Source, name: string, spot: Spot): StepDefinition | undefined {
  const fields = readFields(source, spot, STEP);
  if (fields === undefined) return undefined;
  if (!fields.has("done")) demand(source, spot, { key: "done", what: `step ${name}` });
  return {
    name,
    title: readText(source, fields.get("title")),
    description: readText(source, fields.get("description")),
    after: readAfter(source, fields.get("after")),
    command: readCommand(source, fields.get("command")),
    done: readEvents(source, fields.get("done")),
    failed: readEvents(source, fields.get("failed")),
    timeoutMillis: readDuration(source, fields.get("timeout")),
    retry: readRetry(source, fields.get("retry"), DEFAULTS.retry),
    compensate: readCompensation(source, name, fields.get("compensate")),
    pivot: readFlag(source, fields.get("pivot")),
    optional: readFlag(source, fields.get("optional")),
  };
}

function readAfter(source: Source, spot: Spot | undefined): readonly string[] {
  if (spot === undefined) return [];
  if (entriesOf(source, spot) !== undefined) {
    readFields(source, spot, AFTER);
    return [];
  }
  const names = (itemsOf(source, spot) ?? [spot]).flatMap(
    (item) => readName(source, item, { form: STEP_NAME, like: "chargePayment" }) ?? [],
  );
  return [...new Set(names)];
}

function readCommand(source: Source, spot: Spot | undefined): Emission | undefined {
  if (spot === undefined) return undefined;
  const fields = readFields(source, spot, COMMAND);
  return fields === undefined ? undefined : readEmission(source, spot, { fields, what: "command" });
}

function readEmission(source: Source, spot: Spot, { fields, what }: { fields: Fields; what: string }): Emission | undefined {
  const emit = fields.get("emit");
  if (emit === undefined) {
    demand(source, spot, { key: "emit", what });
    return undefined;
  }
  const [name] = readEvents(source, emit);
  const mapping = readExpressions(source, fields.get("with"));
  return name === undefined ? undefined : { emit: name, with: mapping };
}

function readRetry(source: Source, spot: Spot | undefined, defaults: Retry): Retry {
  const fields = spot === undefined ? undefined : readFields(source, spot, RETRY);
  if (spot === undefined || fields === undefined) return defaults;
  if (!fields.has("attempts")) demand(source, spot, { key: "attempts", what: "retry" });
  return {
    attempts: readCount(source, fields.get("attempts")) ?? defaults.attempts,
    backoffMillis: readDuration(source, fields.get("backoff")) ?? defaults.backoffMillis,
    maxMillis: readDuration(source, fields.get("max")) ?? defaults.maxMillis,
    on: fields.has("on") ? readCauses(source, fields.get("on")) : defaults.on,
  };
}

const CAUSES: readonly RetryCause[] = ["timeout", "failed"];

function readCauses(source: Source, spot: Spot | undefined): readonly RetryCause[] {
  if (spot === undefined) return [];
  return (itemsOf(source, spot) ?? [spot]).flatMap((item) => {
    const text = writtenText(item) ?? "";
    const cause = CAUSES.find((allowed) => allowed === text);
    if (cause !== undefined) return [cause];
    source.report(item, {
      code: "value-invalid",
      message: unknownName(`\`${text}\` is not a cause to retry on`, { found: text, allowed: CAUSES }),
    });
    return [];
  });
}

function readCompensation(source: Source, name: string, spot: Spot | undefined): Compensation | undefined {
  if (spot === undefined) return undefined;
  const fields = readFields(source, spot, COMPENSATE);
  if (fields === undefined) return undefined;
  const none = fields.get("none");
  if (none !== undefined) return readNoUndo(source, none, fields);
  const what = `the compensation of ${name}`;
  const emission = readEmission(source, spot, { fields, what });
  if (!fields.has("done")) demand(source, spot, { key: "done", what });
  if (emission === undefined) return undefined;
  return {
    kind: "undo",
    ...emission,
    done: readEvents(source, fields.get("done")),
    failed: readEvents(source, fields.get("failed")),
    timeoutMillis: readDuration(source, fields.get("timeout")) ?? DEFAULTS.undoTimeoutMillis,
    retry: readRetry(source, fields.get("retry"), DEFAULTS.undoRetry),
  };
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
