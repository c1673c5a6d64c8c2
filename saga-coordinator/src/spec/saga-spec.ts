import { AssertionError } from "node:assert";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createCodec, fileRegistry, loadSchemas, memorySettings } from "@troupe/codec";
import { createIds, type EventDescription, type Payload } from "@troupe/kernel";
import {
  type CompiledDefinition,
  childContractsOf,
  compileDefinition,
  type Definition,
  type Effect,
  formatProblem,
} from "../core/index.ts";
import { parseDefinition } from "../reading/index.ts";
import type { Happening } from "./happenings.ts";
import { assertKnown, assertPlayable } from "./known-names.ts";
import { type Cast, Stage } from "./stage.ts";
import { shownStory } from "./story.ts";

/**
 * What a spec expects of the last happening: requests by their event, with the fields that matter, and the endings
 * `SagaCompleted`, `SagaCompensated`, `SagaStuck`.
 */
export type Expected = string | { readonly name: string; readonly payload: Payload };

export type SagaSpec = {
  /** What happened before, in order. */
  given(...happenings: readonly Happening[]): Given;
  /** The first thing that happens. */
  when(happening: Happening): When;
};
export type Given = {
  /** Who answers: event (or, for people, the step that opened) to stand-in. */
  playedBy(cast: Cast): Given;
  when(happening: Happening): When;
};
export type When = {
  /** Exactly these effects followed, in this order. Throws AssertionError with both timelines. */
  then(...expected: readonly Expected[]): When;
  thenNothing(): When;
  /** Time passes until nothing more comes: how it ended, and with `steps` where steps stand. */
  ends(status: "completed" | "compensated" | "stuck" | "declined", steps?: { readonly [step: string]: string }): When;
  /** Requests of the whole story, in order. */
  readonly requests: readonly string[];
};

export type SpecOptions = {
  /** Path or URL of a definition file. */
  readonly file: string | URL;
  /** Folder of event contracts. */
  readonly schemas: string | URL;
  /** Changes the text before it is read: a variant of the definition. */
  readonly change?: (text: string) => string;
};

/**
 * A definition to be specified, read and checked as at start. Rejects with all its problems. What it gives throws RangeError
 * for a happening or a stand-in of an event that has no schema.
 */
export async function sagaSpec({ file, schemas, change = (text) => text }: SpecOptions): Promise<SagaSpec> {
  const events = await eventsIn(pathOf(schemas));
  const ids = createIds((data) => createHash("sha256").update(data).digest());
  const sagas = sagasBeside(pathOf(file));
  const { definition, problems } = parseDefinition(change(readFileSync(file, "utf8")), { file: pathOf(file), events, sagas });
  if (definition === undefined) throw new AssertionError({ message: problems.map(formatProblem).join("\n") });
  const children = childContractsOf(definition, { sagas, ids, events });
  const compiled = compileDefinition(definition, { version: 1, ids, events, children });
  const begin = (happenings: readonly Happening[], cast: Cast): Given => {
    assertKnown(happenings, { compiled, events });
    assertPlayable(cast, { compiled, events });
    return {
      playedBy: (more) => begin(happenings, { ...cast, ...more }),
      when: (happening) => {
        assertKnown([happening], { compiled, events });
        return whenOf({ compiled, events, cast }, [...happenings, happening]);
      },
    };
  };
  return { given: (...happenings) => begin(happenings, {}), when: (happening) => begin([], {}).when(happening) };
}

const pathOf = (place: string | URL): string => (typeof place === "string" ? place : decodeURIComponent(place.pathname));

/** Definitions in the same folder: what a sub-saga may name. */
function sagasBeside(file: string): readonly Definition[] {
  const files = readdirSync(dirname(file)).filter((name) => /\.saga\.(yaml|yml|json)$/.test(name));
  return files.flatMap((name) => parseDefinition(readFileSync(join(dirname(file), name)), { file: name }).definition ?? []);
}

async function eventsIn(folder: string): Promise<readonly EventDescription[]> {
  const schemas = loadSchemas(folder);
  const ids = createIds((data) => createHash("sha256").update(data).digest());
  return createCodec({ schemas, registry: await fileRegistry({ schemas, storage: memorySettings() }), ids }).events;
}

type Set = { readonly compiled: CompiledDefinition; readonly events: readonly EventDescription[]; readonly cast: Cast };

function whenOf({ compiled, events, cast }: Set, happenings: readonly Happening[]): When {
  const stage = new Stage(compiled, { events, cast });
  for (const happening of happenings.slice(0, -1)) stage.perform(happening);
  const before = stage.effects.length;
  for (const happening of happenings.slice(-1)) stage.perform(happening);
  const refuse = (message: string, { expected, actual }: { expected: unknown; actual: unknown }): never => {
    throw new AssertionError({ message: `${message}\n\n${shownStory(stage)}`, expected, actual, operator: "spec" });
  };
  const expect = (expected: readonly Expected[]): When => {
    const actual = stage.effects.slice(before).flatMap(shown);
    if (!matches(actual, expected))
      refuse(`expected ${listed(expected)}\nactual   ${listed(named(actual, expected))}`, { expected, actual });
    return when;
  };
  const when: When = {
    // biome-ignore lint/suspicious/noThenProperty: given, when, then; nobody awaits a sentence
    then: (...expected) => expect(expected),
    thenNothing: () => expect([]),
    ends(status, steps = {}) {
      stage.toTheEnd();
      const actual = stage.state.stuck === undefined ? stage.state.status : "stuck";
      if (actual !== status) refuse(`expected the saga to end ${status}, it is ${actual}`, { expected: status, actual });
      for (const [step, wanted] of Object.entries(steps)) {
        const found = stage.state.steps[step]?.status ?? "waiting";
        if (found !== wanted) refuse(`expected ${step} to be ${wanted}, it is ${found}`, { expected: wanted, actual: found });
      }
      return when;
    },
    get requests() {
      return stage.effects.flatMap((effect) => (effect.kind === "command" || effect.kind === "compensation" ? [effect.event] : []));
    },
  };
  return when;
}

type Shown = { readonly name: string; readonly payload: Payload };
const ENDINGS: readonly string[] = ["SagaCompleted", "SagaCompensated", "SagaStuck"];

function shown(effect: Effect): readonly Shown[] {
  if (effect.kind === "command" || effect.kind === "compensation") return [{ name: effect.event, payload: effect.payload }];
  return effect.kind === "lifecycle" && ENDINGS.includes(effect.event) ? [{ name: effect.event, payload: effect.payload }] : [];
}

function matches(actual: readonly Shown[], expected: readonly Expected[]): boolean {
  if (actual.length !== expected.length) return false;
  return expected.every((wanted, at) => {
    const found = actual[at];
    if (typeof wanted === "string") return found?.name === wanted;
    return (
      found?.name === wanted.name &&
      Object.entries(wanted.payload).every(([field, value]) => String(found.payload[field]) === String(value))
    );
  });
}

/** Shows of the actual payloads what the expectation speaks of. */
function named(actual: readonly Shown[], expected: readonly Expected[]): readonly Expected[] {
  return actual.map(({ name, payload }, at) => {
    const wanted = expected[at];
    if (wanted === undefined || typeof wanted === "string") return name;
    return { name, payload: Object.fromEntries(Object.keys(wanted.payload).map((field) => [field, payload[field] ?? null])) };
  });
}

const listed = (expected: readonly Expected[]): string =>
  expected.length === 0
    ? "nothing"
    : expected.map((one) => (typeof one === "string" ? one : `${one.name} ${JSON.stringify(one.payload)}`)).join(", ");
