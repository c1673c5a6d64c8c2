import { type ForEach, kindOf, type Repeat, type StepDefinition, type Wait } from "../types.ts";
import { HUMAN, REPEAT, ROLE_NAME, SAGA_NAME, STEP_NAME } from "./grammar.ts";
import { readCommand } from "./read-answers.ts";
import { demand, type Fields, readCel, readCount, readDuration, readExpressions, readFields, readName } from "./read-values.ts";
import type { Source, Spot } from "./source.ts";

/** What makes a step the kind that it is. Two kinds at once, or a key without its kind, are mistakes. */
export function readKind(
  source: Source,
  { name, spot, fields }: { name: string; spot: Spot; fields: Fields },
): Pick<StepDefinition, "command" | "human" | "wait" | "child"> {
  const keys = ["command", "human", "wait", "until", "saga"].filter((key) => fields.has(key));
  const [, second = ""] = keys;
  if (keys.length > 1) {
    const message = `step ${name} has ${keys.join(" and ")}; allowed is one of command, human, wait, until and saga, or none of them`;
    source.report(fields.get(second) ?? spot, { code: "kind-ambiguous", message });
  }
  demandTogether(source, fields, { key: "with", needs: "saga", hint: "the fields of a command stand in `command: { emit, with }`" });
  const kind = {
    command: readCommand(source, fields.get("command")),
    human: readHuman(source, fields.get("human")),
    wait: readWait(source, fields),
    child: readChild(source, fields),
  };
  if (["wait", "saga"].includes(kindOf(kind))) refuseAnswers(source, fields, kindOf(kind));
  else if (!fields.has("done")) demand(source, spot, { key: "done", what: `step ${name}` });
  return kind;
}

function refuseAnswers(source: Source, fields: Fields, kind: string): void {
  for (const key of ["done", "failed"]) {
    const spot = fields.get(key);
    const who = kind === "wait" ? "its time ends a wait" : "the end of the other saga answers for it";
    if (spot !== undefined) source.report(spot, { code: "key-misplaced", message: `\`${key}\` has no meaning here: ${who}` });
  }
}

/** A key that means something only beside another. */
function demandTogether(source: Source, fields: Fields, { key, needs, hint }: { key: string; needs: string; hint: string }): void {
  const spot = fields.get(key);
  if (spot === undefined || fields.has(needs)) return;
  source.report(spot, { code: "key-misplaced", message: `\`${key}\` stands without \`${needs}\`, which it belongs to; ${hint}` });
}

function readHuman(source: Source, spot: Spot | undefined): { readonly role: string } | undefined {
  const fields = spot === undefined ? undefined : readFields(source, spot, HUMAN);
  if (spot === undefined || fields === undefined) return undefined;
  if (!fields.has("role")) demand(source, spot, { key: "role", what: "human" });
  const role = readName(source, fields.get("role"), { form: ROLE_NAME, like: "export-clerk" });
  return role === undefined ? undefined : { role };
}

function readWait(source: Source, fields: Fields): Wait | undefined {
  const millis = readDuration(source, fields.get("wait"));
  const at = readCel(source, fields.get("until"));
  // A wait whose time is wrong is still a wait, so that only its time is reported.
  if (millis !== undefined || fields.has("wait")) return { kind: "for", millis: millis ?? 1 };
  return at === undefined ? undefined : { kind: "until", at };
}

function readChild(source: Source, fields: Fields): StepDefinition["child"] {
  const saga = readName(source, fields.get("saga"), { form: SAGA_NAME, like: "settlePayment" });
  return saga === undefined ? undefined : { saga, with: readExpressions(source, fields.get("with")) };
}

export function readEach(source: Source, fields: Fields): ForEach | undefined {
  for (const key of ["as", "key", "answerKey"]) {
    demandTogether(source, fields, { key, needs: "forEach", hint: "a fan-out is forEach, as, key and answerKey" });
  }
  const spot = fields.get("forEach");
  const items = readCel(source, spot);
  if (spot === undefined) return undefined;
  for (const key of ["as", "key"]) if (!fields.has(key)) demand(source, spot, { key, what: "forEach" });
  const asSpot = fields.get("as");
  const as = readName(source, asSpot, { form: STEP_NAME, like: "line" });
  if (asSpot !== undefined && as !== undefined && RESERVED.includes(as)) {
    const message = `\`as\` is \`${as}\`, which means something else already; allowed are other names such as line`;
    source.report(asSpot, { code: "name-invalid", message });
  }
  const key = readCel(source, fields.get("key"));
  const answerKey = readCel(source, fields.get("answerKey"));
  // Without its key the variable is still known, so that what reads it is not reported as well.
  return items === undefined || as === undefined ? undefined : { items, as, key: key ?? '""', answerKey };
}
/** Names that a variable of a fan-out would hide. */
export const RESERVED: readonly string[] = ["saga", "start", "steps", "event", "tick"];

export function readRepeat(source: Source, spot: Spot | undefined): Repeat | undefined {
  const fields = spot === undefined ? undefined : readFields(source, spot, REPEAT);
  if (spot === undefined || fields === undefined) return undefined;
  for (const key of ["while", "max", "every"]) if (!fields.has(key)) demand(source, spot, { key, what: "repeat" });
  const condition = readCel(source, fields.get("while"));
  const max = readCount(source, fields.get("max"));
  const everyMillis = readDuration(source, fields.get("every"));
  return condition === undefined || max === undefined || everyMillis === undefined ? undefined : { while: condition, max, everyMillis };
}
