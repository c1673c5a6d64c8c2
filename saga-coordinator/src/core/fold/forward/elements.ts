import type { Value } from "@troupe/kernel";
import { toTaggedJson } from "@troupe/kernel";
import type { CompiledStep } from "../../compile/compiled.ts";
import { elementName, stepOf } from "../../state.ts";
import { payloadFor } from "../asking/requests.ts";
import { changeStep, type Draft, forget, hasTurned, tell } from "../draft.ts";
import { keyText } from "../facts/match.ts";
import { evaluate, scopeOf } from "../scope.ts";
import { elementKey, elementOf, elementStates, owes } from "../standing.ts";
import { begin, holdUp } from "./leaving.ts";
import { pivotHasPassed } from "./pivot.ts";

/** Elements of one fan-out. */
export const ELEMENT_LIMIT = 1000;

type Listed = { readonly key: string; readonly item: Value };

/** Opens a fan-out: the list is fixed now. An empty one is done, a list that can't be one fails the step. */
export function openElements(draft: Draft, step: CompiledStep): boolean {
  const { broken, refused, list = [] } = listOf(draft, step);
  if (broken !== undefined) return holdUp(draft, step, broken);
  if (refused !== undefined) return fail(draft, step, refused);
  for (const listed of list) noteItem(draft, step, listed);
  // Nothing may be sent when the request of one of them can't be computed.
  const units = list.map(({ key }) => elementOf(step, key));
  const waiting = units.filter(({ name }) => stepOf(draft.saga, name).status === "waiting");
  const asked = waiting.map((unit) => ({ unit, payload: payloadFor(draft, unit, "do") }));
  if (step.command !== undefined && asked.some(({ payload }) => payload === undefined)) return false;
  changeStep(draft, step.name, { status: "open", order: draft.saga.order, openedAt: draft.now, cause: "what it waits for is settled" });
  tell(draft, { kind: "opened", step: step.name });
  dropStrangers(draft, step, new Set(units.map(({ name }) => name)));
  for (const { unit, payload } of asked) begin(draft, unit, payload);
  return true;
}

/**
 * An answer for an element of a fan-out that has not opened, and perhaps never will: whether the list can have it. What
 * can't be known yet is not denied.
 */
export function mayBeListed(draft: Draft, step: CompiledStep, key: string): boolean {
  const { list } = listOf(draft, step);
  if (list === undefined) return true;
  const found = list.find((element) => element.key === key);
  if (found !== undefined) noteItem(draft, step, found);
  return found !== undefined;
}

function noteItem(draft: Draft, { name }: CompiledStep, { key, item }: Listed): undefined {
  changeStep(draft, elementName(name, key), { item: toTaggedJson(item), cause: "it is in the list" });
}

function fail(draft: Draft, { name }: CompiledStep, reason: string): true {
  changeStep(draft, name, { status: "failed", settledAt: draft.now, reason, cause: reason });
  tell(draft, { kind: "failed", step: name, reason });
  return true;
}

/** `refused`: it is a list, and may not be one of a fan-out. `list` then tells what a late answer may be about. */
type List = { readonly list?: readonly Listed[]; readonly broken?: string; readonly refused?: string };

function listOf(draft: Draft, { name, each }: CompiledStep): List {
  if (each === undefined) return {}; // no fan-out
  const { items, key, as } = each;
  const values = scopeOf(draft);
  const outcome = evaluate(items, values, `forEach of ${name}`);
  if ("failed" in outcome) return { broken: outcome.failed };
  if (!Array.isArray(outcome.value)) return { broken: `\`${items.text}\` (forEach of ${name}) can't be computed (it gives no list)` };
  const found: readonly Value[] = outcome.value; // isArray gives any[]
  if (found.length > ELEMENT_LIMIT) return { refused: `${items.text} has ${found.length} elements; allowed are ${ELEMENT_LIMIT}` };
  const list = new Map<string, Listed>();
  let refused: string | undefined;
  for (const item of found) {
    const named = evaluate(key, { ...values, [as]: item }, `key of ${name}`);
    if ("failed" in named) return { broken: named.failed };
    const text = keyText(named.value);
    if (text === undefined) return { broken: `\`${key.text}\` (key of ${name}) can't be computed (it gives no text or whole number)` };
    if (list.has(text)) refused ??= `two elements of ${items.text} have the key ${text}`;
    else list.set(text, { key: text, item });
  }
  return { list: [...list.values()], ...(refused === undefined ? {} : { refused }) };
}

/** Answers that came before the list was known, and name an element that is not in it. */
function dropStrangers(draft: Draft, step: CompiledStep, listed: ReadonlySet<string>): undefined {
  for (const [name] of elementStates(draft.saga, step)) {
    if (listed.has(name)) continue;
    forget(draft, name);
    const reason = "it was answered, and is not in the list";
    tell(draft, { kind: "contradiction", step: step.name, event: elementKey(name), reason });
  }
}

/** Where a fan-out stands follows from where its elements stand. */
export function settleElements(draft: Draft): undefined {
  if (!draft.definition.fansOut || !draft.owned.steps) return; // nothing of any element changed
  for (const step of draft.definition.steps) if (step.each !== undefined) settleFanOut(draft, step);
}

function settleFanOut(draft: Draft, step: CompiledStep): undefined {
  const { status, givenUp, openedAt } = stepOf(draft.saga, step.name);
  const elements = elementStates(draft.saga, step);
  if (openedAt === undefined) return elements.length === 0 ? undefined : settleUnopened(draft, step, elements);
  if (status === "open") return settleForward(draft, step, elements);
  // The missing answer of a failed one came after all, before anything was undone.
  const complete = status === "failed" && elements.length > 0 && elements.every(([, element]) => element.status === "done");
  if (complete && givenUp === undefined) allDone(draft, step);
  else if (status === "failed") undoTheOthers(draft, step, elements);
  settleBackward(draft, step, elements);
}

type Elements = ReturnType<typeof elementStates>;

/** Rules 1 and 5: elements of a fan-out that was not taken, or that the saga turned before, happened all the same. */
function settleUnopened(draft: Draft, step: CompiledStep, elements: Elements): undefined {
  const { status } = stepOf(draft.saga, step.name);
  if (status === "waiting" && !hasTurned(draft)) return; // its list is fixed when it opens
  if (elements.some(([, { item }]) => item === undefined)) noteLate(draft, step);
  const happened = elements.some(([, element]) => element.status === "done");
  if (happened && (status === "skipped" || status === "pruned")) {
    const at = { order: draft.saga.order, settledAt: draft.now, doneAt: draft.now };
    changeStep(draft, step.name, { status: "done", givenUp: status, ...at, cause: "an element of it happened" });
  }
  if (status === "failed") undoTheOthers(draft, step, elements);
  settleBackward(draft, step, elements);
}

/** Elements that were answered before the list could be known: their undos read what stands in it. */
function noteLate(draft: Draft, step: CompiledStep): undefined {
  const { list } = listOf(draft, step);
  if (list === undefined) return;
  const known = list.filter(({ key }) => Object.hasOwn(draft.saga.steps, elementName(step.name, key)));
  for (const listed of known) noteItem(draft, step, listed);
  dropStrangers(draft, step, new Set(known.map(({ key }) => elementName(step.name, key))));
}

function settleForward(draft: Draft, step: CompiledStep, elements: Elements): undefined {
  if (elements.some(([, { status }]) => status === "open" || status === "waiting")) return;
  const lost = elements.find(([, { status }]) => status !== "done");
  if (lost === undefined) return allDone(draft, step);
  const [name, { status, reason = status }] = lost;
  fail(draft, step, `${elementKey(name)}: ${reason}`);
  undoTheOthers(draft, step, elements);
}

/**
 * It failed as a whole, so what its other elements did is undone: by the saga that turns, or while it runs on without.
 * After the pivot a join may still need it, and then only its late answers help.
 */
function undoTheOthers(draft: Draft, step: CompiledStep, elements: Elements): undefined {
  const { givenUp } = stepOf(draft.saga, step.name);
  const mayGiveUp = step.fallback === undefined && !step.required && (step.optional || !pivotHasPassed(draft));
  if (givenUp !== undefined || !mayGiveUp || !elements.some(([, element]) => owes(step, element))) return;
  changeStep(draft, step.name, { givenUp: "failed", cause: "one of its elements failed" });
}

function allDone(draft: Draft, { name }: CompiledStep): undefined {
  changeStep(draft, name, { status: "done", settledAt: draft.now, doneAt: draft.now, order: draft.saga.order, cause: "all are done" });
  tell(draft, { kind: "done", step: name, late: hasTurned(draft), event: "its elements" });
}

function settleBackward(draft: Draft, step: CompiledStep, elements: Elements): undefined {
  const { name } = step;
  const { status } = stepOf(draft.saga, name);
  const undoing = elements.some(([, element]) => element.status === "undoing" || element.status === "undoUsedUp");
  const owing = elements.some(([, element]) => owes(step, element));
  const waived = !owing && elements.some(([, element]) => element.status === "waived");
  if (waived && ["done", "unknown", "undoing"].includes(status))
    return changeStep(draft, name, { status: "waived", cause: "its elements" });
  if (undoing && status === "undone") changeStep(draft, name, { status: "done", cause: "late success of an element" });
  if (undoing && ["done", "unknown", "undone"].includes(status))
    changeStep(draft, name, { status: "undoing", cause: "its elements are undone" });
  if (!owing && status === "undoing") changeStep(draft, name, { status: "undone", undoneAt: draft.now, cause: "its elements are undone" });
  if (!owing && status === "unknown") changeStep(draft, name, { status: "failed", cause: "none of its elements had an effect" });
}
