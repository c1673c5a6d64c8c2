import { parseDocument, type Scalar } from "yaml";
import type { TextRun } from "../core/index.ts";

/** Where the characters of a scalar's text stand in the file. */
export type RunReader = (scalar: Scalar, text: string) => readonly TextRun[];

/** A character of the text that is no space, at an offset of the file. */
type Mark = { readonly char: string; readonly at: number };

/**
 * YAML folds lines, drops indentation and knows escapes. All of that moves spaces only, escapes aside: so the other
 * characters of the file and of the text must be the same one by one, and where they are not, nothing is claimed.
 */
export function createRunReader(file: string): RunReader {
  const decode = createDecoder();
  return ({ range, type }, text) => {
    if (range === undefined || range === null) return [];
    const [from, to] = contentOf(file, [range[0], range[1]], type);
    if (to - from === text.length && file.startsWith(text, from)) return text === "" ? [] : [{ from: 0, to: text.length, at: from }];
    return aligned(marksIn(file.slice(from, to), { type, from, decode }), text);
  };
}

/** Without quotes, and without the header of a block. */
function contentOf(file: string, [from, to]: readonly [number, number], type: Scalar["type"]): readonly [number, number] {
  if (type === "QUOTE_SINGLE" || type === "QUOTE_DOUBLE") return [from + 1, to - 1];
  if (type !== "BLOCK_LITERAL" && type !== "BLOCK_FOLDED") return [from, to];
  const end = file.indexOf("\n", from);
  return [end < 0 ? to : end, to];
}

/** What stands for characters of the text: one for itself, or an escape. */
const WRITTEN: { readonly [type: string]: RegExp } = {
  QUOTE_SINGLE: /''|[\s\S]/g,
  QUOTE_DOUBLE: /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n|[\s\S])|[\s\S]/g,
};
const CHARACTER = /[\s\S]/g;

type Decoder = (written: string) => string;

function marksIn(
  content: string,
  { type, from, decode }: { readonly type: Scalar["type"]; readonly from: number; readonly decode: Decoder },
): readonly Mark[] {
  const marks: Mark[] = [];
  for (const { 0: written, index } of content.matchAll(WRITTEN[type ?? ""] ?? CHARACTER)) {
    const chars = written.length === 1 ? written : written === "''" ? "'" : decode(written);
    for (let at = 0; at < chars.length; at++) {
      const char = chars[at] ?? "";
      if (!isSpace(char)) marks.push({ char, at: from + index });
    }
  }
  return marks;
}

const isSpace = (char: string): boolean => char.trim() === "";

function aligned(marks: readonly Mark[], text: string): readonly TextRun[] {
  const runs: { from: number; to: number; at: number }[] = [];
  let next = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index] ?? "";
    if (isSpace(char)) continue;
    const mark = marks[next++];
    if (mark?.char !== char) return [];
    const last = runs.at(-1);
    if (last !== undefined && last.to === index && mark.at === last.at + index - last.from) last.to++;
    else runs.push({ from: index, to: index + 1, at: mark.at });
  }
  return next === marks.length ? runs : [];
}

/** What an escape of a double-quoted text stands for, by the YAML library's own table. */
function createDecoder(): Decoder {
  const known = new Map<string, string>();
  return (written) => {
    const value = known.get(written) ?? String(parseDocument(`"${written}"`).toJS() ?? "");
    known.set(written, value);
    return value;
  };
}
