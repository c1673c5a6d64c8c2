import { TroupeError } from "@troupe/kernel";

/**
 * A pattern of `matches`, as it is built. `set` is one character of a set, written as in the pattern; `edge` stands
 * between characters: `^` and `$` are the ends of the text, `b` the edge of a word, `B` no edge.
 */
export type Pattern =
  | { readonly kind: "character"; readonly is: string }
  | { readonly kind: "set"; readonly of: string }
  | { readonly kind: "edge"; readonly at: "^" | "$" | "b" | "B" }
  | { readonly kind: "sequence"; readonly parts: readonly Pattern[] }
  | { readonly kind: "either"; readonly ways: readonly Pattern[] }
  | { readonly kind: "repeat"; readonly part: Pattern; readonly least: number; readonly most: number };

const LONGEST = 1_000;

/** A place in a pattern. */
type Reader = { readonly text: string; at: number };

/**
 * Reads a regular expression of CEL: what RE2 and JavaScript have in common, apart from flags. Throws PATTERN_INVALID for
 * what is none, for backreferences and for lookaround, which no matcher answers in bounded time.
 */
export function readPattern(text: string): Pattern {
  if (text.length > LONGEST) throw refused(text, `has ${text.length} characters; allowed are ${LONGEST}`);
  const reader: Reader = { text, at: 0 };
  const pattern = readWays(reader);
  if (reader.at < text.length) throw refused(text, "has a `)` that closes nothing");
  return pattern;
}

export function refused(pattern: string, reason: string): TroupeError {
  const shown = pattern.length > 60 ? `${pattern.slice(0, 60)}...` : pattern;
  return new TroupeError("PATTERN_INVALID", { pattern: shown, reason });
}

function readWays(reader: Reader): Pattern {
  const first = readSequence(reader);
  const others: Pattern[] = [];
  while (takes(reader, "|")) others.push(readSequence(reader));
  return others.length === 0 ? first : { kind: "either", ways: [first, ...others] };
}

function readSequence(reader: Reader): Pattern {
  const parts: Pattern[] = [];
  while (reader.at < reader.text.length && !/[|)]/.test(reader.text.charAt(reader.at))) parts.push(readRepeated(reader));
  return { kind: "sequence", parts };
}

const COUNT = /\{(\d+)(,?)(\d*)\}/y;

function readRepeated(reader: Reader): Pattern {
  const part = readPart(reader);
  const [least, most] = readCount(reader) ?? [1, 1];
  if (least === 1 && most === 1) return part;
  takes(reader, "?"); // lazy or not, the text matches or it does not
  if (readCount(reader) !== undefined) throw refused(reader.text, "repeats a repetition; put it in brackets");
  return { kind: "repeat", part, least, most };
}

function readCount(reader: Reader): readonly [least: number, most: number] | undefined {
  if (takes(reader, "*")) return [0, Number.POSITIVE_INFINITY];
  if (takes(reader, "+")) return [1, Number.POSITIVE_INFINITY];
  if (takes(reader, "?")) return [0, 1];
  const [written, least = "", comma = "", most = ""] = take(reader, COUNT) ?? [];
  if (written === undefined) return undefined;
  const last = comma === "" ? Number(least) : most === "" ? Number.POSITIVE_INFINITY : Number(most);
  if (last < Number(least)) throw refused(reader.text, `repeats ${written}, from more to fewer`);
  return [Number(least), last];
}

const GROUP = /\(\?(?::|<[A-Za-z_]\w*>)|\((?!\?)/y;
const CLASS = /\[(?:\\[\s\S]|[^\\\]])+\]/y;
const ESCAPE = /\\(?:[dDwWsStnrfvbB]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^A-Za-z0-9])/uy;

function readPart(reader: Reader): Pattern {
  const { text, at } = reader;
  if (take(reader, GROUP) !== undefined) {
    const inner = readWays(reader);
    if (!takes(reader, ")")) throw refused(text, "has a `(` that is not closed");
    return inner;
  }
  const [written] = take(reader, CLASS) ?? take(reader, ESCAPE) ?? [];
  if (written?.includes("[:") === true) throw refused(text, "holds `[:`, a class by name; allowed are \\d, \\w, \\s and ranges");
  if (written === "\\b" || written === "\\B") return { kind: "edge", at: written === "\\b" ? "b" : "B" };
  if (written !== undefined)
    return /^\\[^A-Za-z0-9]/.test(written) ? { kind: "character", is: written.slice(1) } : { kind: "set", of: written };
  const [char = ""] = text.slice(at);
  if ("([\\".includes(char)) throw refused(text, `holds \`${text.slice(at, at + 3)}\`, which is not allowed here`);
  if ("*+?".includes(char)) throw refused(text, `has a \`${char}\` that repeats nothing`);
  reader.at += char.length;
  if (char === "^" || char === "$") return { kind: "edge", at: char };
  return char === "." ? { kind: "set", of: char } : { kind: "character", is: char };
}

function takes(reader: Reader, char: string): boolean {
  const found = reader.text.startsWith(char, reader.at);
  if (found) reader.at += char.length;
  return found;
}

/** What stands at the reader's place, when it has the form. The forms are sticky, and the place is set before each use. */
function take(reader: Reader, form: RegExp): RegExpExecArray | undefined {
  const sticky = new RegExp(form);
  sticky.lastIndex = reader.at;
  const found = sticky.exec(reader.text) ?? undefined;
  if (found !== undefined) reader.at += found[0].length;
  return found;
}
