import type { EventDescription } from "@troupe/kernel";
import { type Definition, repeatedSagas } from "../core/index.ts";
import { type ParsedDefinition, parseDefinition } from "../reading/index.ts";

type Entry = { readonly file: string; readonly text: string };
export type Parsed<Of extends Entry> = ParsedDefinition & { readonly entry: Of };

/** Parses and checks definitions, each among the others; sub-sagas come before the sagas that start them. */
export function parseAll<Of extends Entry>(entries: readonly Of[], events: readonly EventDescription[]): readonly Parsed<Of>[] {
  const alone = entries.map(({ text, file }) => parseDefinition(text, { file, events }));
  const sagas = alone.flatMap(({ definition }) => (definition === undefined ? [] : [definition]));
  const parsed = entries.map((entry) => ({ ...parseDefinition(entry.text, { file: entry.file, events, sagas }), entry }));
  const byName = new Map(parsed.flatMap((one) => (one.definition === undefined ? [] : [[one.definition.saga, one] as const])));
  const ordered = new Set<Parsed<Of>>();
  const add = (one: Parsed<Of>, above: readonly string[]): void => {
    for (const saga of childrenOf(one.definition)) {
      const child = byName.get(saga);
      // A circle is the checker's to refuse; here it must only come to an end.
      if (child !== undefined && !above.includes(saga)) add(child, [...above, saga]);
    }
    ordered.add(one);
  };
  for (const one of parsed) add(one, []);
  return [...ordered];
}

/** The same without the files that define a saga which a sound file before them defines already; those are `repeated`. */
export function parseDistinct<Of extends Entry>(entries: readonly Of[], events: readonly EventDescription[]) {
  const all = parseAll(entries, events);
  const parsedOf = new Map(all.map((one) => [one.entry, one]));
  const repeated = repeatedSagas(entries.map((entry) => ({ file: entry.file, saga: parsedOf.get(entry)?.definition?.saga })));
  if (repeated.length === 0) return { all, repeated };
  const refused = new Set(repeated.map(({ file }) => file));
  return {
    all: parseAll(
      entries.filter(({ file }) => !refused.has(file)),
      events,
    ),
    repeated,
  }; // none may lean on a refused one
}

function childrenOf(definition: Definition | undefined): readonly string[] {
  return (definition?.steps ?? []).flatMap(({ child }) => (child === undefined ? [] : [child.saga]));
}
