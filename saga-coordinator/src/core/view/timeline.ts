import type { JsonObject } from "@troupe/kernel";
import type { CompiledDefinition } from "../compile/compiled.ts";
import { askedOf } from "../fold/acts/act-data.ts";
import { parseTimerName } from "../fold/timer-names.ts";
import type { Versions } from "../migration/migrate.ts";
import type { Move } from "../moves.ts";
import { refold } from "../replay/refold.ts";
import { type ActEntry, type FactEntry, waivedIn } from "../state.ts";

/** One fact and what followed from it, in plain words. */
export type TimelineItem = {
  readonly order: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The fact, e.g. `PaymentDeclined arrived` or `chargePayment got no answer in time`. */
  readonly cause: string;
  /** What followed, in order, e.g. `chargePayment failed: PaymentDeclined`. */
  readonly changes: readonly TimelineChange[];
  /** Of an act of an operator: who asked for it, in which role, why. */
  readonly act: ActView | null;
};
export type ActView = {
  readonly name: string;
  readonly by: string | null;
  readonly role: string | null;
  readonly reason: string | null;
  readonly step: string | null;
  readonly element: string | null;
};
export type TimelineChange = { readonly kind: Move["kind"]; readonly step: string | null; readonly text: string };

export type HistoryRow = { readonly order: number; readonly at: number; readonly entry: JsonObject };

/** The story of an instance: its history folded once more, each fact with its consequences. `versions`: for migrations. */
export function timelineOf(
  definition: CompiledDefinition,
  { tenant, id, history }: { readonly tenant: string; readonly id: string; readonly history: readonly HistoryRow[] },
  versions?: Versions,
): readonly TimelineItem[] {
  return [...refold(definition, { tenant, id, history }, versions)].map(({ row, entry, evolved }) => {
    const text = (move: Move): string => (move.kind === "compensated" ? compensatedSentence(waivedIn(evolved.state)) : sentenceOf(move));
    const changes = evolved.moves.map((move) => ({ kind: move.kind, step: "step" in move ? move.step : null, text: text(move) }));
    return { order: row.order, at: row.at, cause: causeOf(entry), changes, act: actOf(entry) };
  });
}

export function causeOf(entry: FactEntry): string {
  if (entry.kind === "event") return `${entry.name} arrived`;
  if (entry.kind === "act") return causeOfAct(entry);
  const timer = parseTimerName(entry.name);
  if (timer === undefined) return `the timer ${entry.name} was due`;
  switch (timer.kind) {
    case "timeout":
      return `${timer.step} got no answer in time`;
    case "undoTimeout":
      return `the undo of ${timer.step} got no answer in time`;
    case "retry":
      return `it was time to ask ${timer.step} again`;
    case "undoRetry":
      return `it was time to ask for the undo of ${timer.step} again`;
    case "wait":
      return `the time of ${timer.step} came`;
    case "repeat":
      return `it was time for the next round of ${timer.step}`;
    case "outcome":
      return `the outcome of ${timer.step} did not come in time`;
    case "deadline":
      return "the deadline passed";
    case "patience":
      return "no start came in time";
    default:
      return timer.kind satisfies never;
  }
}

function causeOfAct(entry: ActEntry): string {
  const { by, role, reason, step, element } = askedOf(entry.data);
  if (entry.name === "aliasRefused") return `${entry.data?.["owner"]} turned out to have ${entry.data?.["alias"]} ${entry.data?.["value"]}`;
  if (entry.name === "undo") return "the saga that started this one asked for its undo"; // no act of an operator has this name
  if (by === undefined) return `an operator acted: ${entry.name}`;
  const about = step === undefined ? "" : ` of ${element === undefined ? step : `${step} ${element}`}`;
  return `${by}${role === undefined ? "" : ` as ${role}`} acted: ${entry.name}${about}${reason === undefined ? "" : `, ${reason}`}`;
}

function actOf(entry: FactEntry): ActView | null {
  if (entry.kind !== "act") return null;
  const { by = null, role = null, reason = null, step = null, element = null } = askedOf(entry.data);
  return { name: entry.name, by, role, reason, step, element };
}

const asked = (action: "do" | "undo", step: string): string => (action === "do" ? step : `the undo of ${step}`);

/** `waived`: steps and elements whose undo an operator waived. */
function compensatedSentence(waived: readonly string[]): string {
  if (waived.length === 0) return "the saga is compensated: everything is undone";
  return `the saga is compensated: everything is undone except ${waived.join(", ")}, whose undo was waived`;
}

export function sentenceOf(move: Move): string {
  switch (move.kind) {
    case "started":
      return "the saga started";
    case "kept":
      return `${move.event} waits for the start`;
    case "unmatched":
      return "the events that came are kept without a start";
    case "claimed":
      return `${move.alias} ${move.value} is claimed for the saga`;
    case "released":
      return `${move.alias} ${move.value} stays with the saga only as long as its marker`;
    case "declined":
      return `no saga comes of it: ${move.cause}`;
    case "taken":
      return `it is told that it was not the one who started this saga: ${move.cause}`;
    case "skipped":
      return `${move.step} is skipped: its guard is false`;
    case "pruned":
      return `${move.step} is not taken: another way was`;
    case "replaced":
      return `${move.step} is given up for ${move.by}`;
    case "repeating":
      return `${move.step} will be asked once more, as round ${move.round}`;
    case "opened":
      return `${move.step} opened`;
    case "sent":
      return `${move.event} was sent${move.sending > 1 ? ` again (sending ${move.sending})` : ""} for ${asked(move.action, move.step)}`;
    case "done":
      return move.late ? `${move.step} succeeded late, so it has to be undone` : `${move.step} is done`;
    case "failed":
      return `${move.step} failed: ${move.reason}`;
    case "attemptFailed":
      return `${asked(move.action, move.step)} will be asked again: ${move.reason}`;
    case "timedOut":
      return `nobody knows whether ${move.step} happened`;
    case "turned":
      return `the saga turned back: ${move.step === null ? "" : `${move.step}, `}${move.cause}`;
    case "undoing":
      return `undoing ${move.step}`;
    case "undone":
      return `${move.step} is undone`;
    case "waived":
      return `the undo of ${move.step} is waived: what it did stays`;
    case "completed":
      return "the saga completed";
    case "compensated":
      return compensatedSentence([]);
    case "stuck":
      return `the saga is stuck: ${move.cause}`;
    case "unstuck":
      return "the saga goes on";
    case "migrated":
      return `the saga goes on under version ${move.to} of its definition, no longer ${move.from}`;
    default:
      return remarkOf(move);
  }
}

type Remark = Extract<Move, { readonly kind: "unexpected" | "recorded" | "contradiction" | "deadlineIgnored" | "refused" }>;

/** What a fact did not do. */
function remarkOf(move: Remark): string {
  switch (move.kind) {
    case "unexpected":
      return `${move.event} was not expected: ${move.reason}`;
    case "recorded":
      return `${move.event} changed nothing: ${move.reason}`;
    case "contradiction":
      return `${move.event} contradicts what is known of ${move.step}: ${move.reason}`;
    case "deadlineIgnored":
      return `the deadline has no effect: ${move.reason}`;
    case "refused":
      return `${move.act} was refused: ${move.reason}`;
    default:
      return move satisfies never;
  }
}
