import type { CompiledDefinition } from "../compile/compiled.ts";
import { onlyVersion, type Versions } from "../migration/migrate.ts";
import { keptOf, lacking, type Missing } from "../migration/missing.ts";
import type { EventEntry, FactEntry, SagaState } from "../state.ts";
import { type Difference, differenceOf } from "./difference.ts";
import { type AskedUndo, OtherLife, sentIn, undosIn } from "./other-life.ts";
import { beginSaga, firstVersion, type Recorded, refold } from "./refold.ts";

/** What the history of one instance says about another version. `difference` is null where nothing would be different. */
export type Replayed = {
  readonly id: string;
  /** The version that it runs, `name@version#hash`. */
  readonly label: string;
  readonly status: string;
  readonly difference: Difference | null;
};

export type Replaying = {
  /** The version that the instance runs. */
  readonly running: CompiledDefinition;
  readonly other: CompiledDefinition;
  readonly versions?: Versions;
  /** Until when time goes on for an instance after its last fact, milliseconds since the epoch. */
  readonly now: number;
};

type Fold = { readonly entry: FactEntry; readonly at: number; readonly before: SagaState; readonly runs: CompiledDefinition };
type Life = {
  readonly folds: readonly Fold[];
  readonly state: SagaState;
  readonly undos: readonly AskedUndo[];
  readonly asked: Set<string>;
};

/**
 * Folds a recorded history through another version and compares. Pure; changes nothing. What the history did not keep
 * because its own version does not read it is named instead of guessed. Throws DEFINITION_NOT_LOADED for an instance that
 * was migrated from a version that is not among `versions`.
 */
export function replay({ running, other, versions = onlyVersion(running), now }: Replaying, recorded: Recorded): Replayed {
  const life = lifeOf(running, recorded, versions);
  const { id } = recorded;
  const told = { id, label: running.label, status: life.state.stuck === undefined ? life.state.status : "stuck" };
  const missing = missingIn(life, other);
  if (missing.length > 0) return { ...told, difference: { kind: "data-missing", sentence: missingSentence(missing, other), missing } };
  const otherLife = new OtherLife(other, recorded);
  for (const { entry, at, before } of life.folds) {
    otherLife.pass(at, before);
    otherLife.take(entry, at, life.asked);
    if (hasStrayed(otherLife, life)) break; // nobody answered what was never asked: from here on the record says nothing
  }
  if (!hasStrayed(otherLife, life)) otherLife.pass(now, life.state);
  return { ...told, difference: differenceOf({ running, other, life, otherLife }) };
}

function lifeOf(running: CompiledDefinition, recorded: Recorded, versions: Versions): Life {
  let runs = firstVersion(running, recorded.history, versions);
  let state = beginSaga(runs, recorded);
  const folds: Fold[] = [];
  const undos: AskedUndo[] = [];
  const asked = new Set<string>();
  for (const { row, entry, evolved } of refold(running, recorded, versions)) {
    folds.push({ entry, at: row.at, before: state, runs });
    undos.push(...undosIn(evolved.moves));
    for (const { id } of sentIn(evolved.moves)) asked.add(id);
    state = evolved.state;
    runs = evolved.definition;
  }
  return { folds, state, undos, asked };
}

/** Whether the other life asked for an undo that the recorded one did not ask for at this place. */
function hasStrayed({ undos }: OtherLife, life: Life): boolean {
  const at = undos.length - 1;
  return at >= 0 && !isSameUndo(undos[at], life.undos[at]);
}

export function isSameUndo(one: AskedUndo | undefined, other: AskedUndo | undefined): boolean {
  return one?.event === other?.event && one?.payload === other?.payload;
}

/** By event: the fields that the other version reads and that the version of that moment did not keep. */
function missingIn({ folds }: Life, other: CompiledDefinition): readonly Missing[] {
  const missing = new Map<string, Set<string>>();
  for (const { entry, runs } of folds) {
    if (entry.kind !== "event") continue;
    const fields = [...lacking(other.reads.get(entry.name) ?? NOTHING, keptOf(runs, [entry.name]), [entry.payload ?? {}])];
    if (lacksRole(entry, { runs, other })) fields.push("the role of who answered");
    if (fields.length > 0) missing.set(entry.name, new Set([...(missing.get(entry.name) ?? []), ...fields]));
  }
  return [...missing].map(([of, fields]) => ({ of, fields: [...fields].sort() }));
}

const NOTHING: ReadonlySet<string> = new Set();

function lacksRole(
  { name, role }: EventEntry,
  { runs, other }: { readonly runs: CompiledDefinition; readonly other: CompiledDefinition },
): boolean {
  return role === undefined && isAnsweredByPerson(other, name) && !isAnsweredByPerson(runs, name);
}

function isAnsweredByPerson({ roles, stepByName }: CompiledDefinition, event: string): boolean {
  return (roles.get(event) ?? []).some((role) => role.kind !== "start" && stepByName.get(role.step)?.human !== undefined);
}

function missingSentence(missing: readonly Missing[], { version }: CompiledDefinition): string {
  const list = missing.map(({ of, fields }) => `${of}: ${fields.map((field) => (field === "*" ? "every field" : field)).join(", ")}`);
  return `nobody can tell: version ${version} reads what the history did not keep (${list.join("; ")})`;
}
