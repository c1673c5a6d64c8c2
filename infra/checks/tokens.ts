/** A piece of TypeScript as the checks need it: no grammar, only what cannot be confused with comments or text. */
export type Token = {
  readonly kind: "word" | "string" | "template" | "regex" | "number" | "punctuation";
  /** The text; of a string, what stands between the quotes. */
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
};

type Found = { readonly kind: Token["kind"] | "nothing"; readonly text: string; readonly end: number };

/** Words after which a slash begins a regular expression and not a division. */
const BEFORE_REGEX = new Set(["return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "await", "yield"]);
const NOTHING = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const WORD = /[#@]?[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;
const NUMBER = /\.?\d[\w.]*/y;
const STRING = /"((?:[^"\\\n]|\\[\s\S])*)"|'((?:[^'\\\n]|\\[\s\S])*)'/y;
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;

/**
 * The tokens of a source. A template literal is one token per piece of text, with the tokens of its `${}` parts between.
 * A slash after `)` or `}` counts as a division, which is wrong only for a regular expression that is a whole statement.
 */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  /** For every open brace, whether it is the `${` of a template. */
  const braces: boolean[] = [];
  let at = 0;
  let line = 1;
  while (at < source.length) {
    const inTemplate = source[at] === "`" || (source[at] === "}" && braces.at(-1) === true);
    const found = inTemplate ? templatePiece(source, at) : next(source, at, tokens.at(-1));
    if (source[at] === "}") braces.pop();
    if (found.kind !== "nothing") tokens.push({ kind: found.kind, text: found.text, line });
    if (found.text === "{" && found.kind === "punctuation") braces.push(false);
    if (inTemplate && source.slice(found.end - 2, found.end) === "${") braces.push(true);
    line += count(source, at, found.end);
    at = found.end;
  }
  return tokens;
}

function next(source: string, at: number, before: Token | undefined): Found {
  const skipped = match(NOTHING, source, at);
  if (skipped) return { kind: "nothing", text: "", end: at + skipped[0].length };
  const string = match(STRING, source, at);
  if (string) return { kind: "string", text: string[1] ?? string[2] ?? "", end: at + string[0].length };
  for (const [kind, pattern] of [
    ["word", WORD],
    ["number", NUMBER],
  ] as const) {
    const found = match(pattern, source, at);
    if (found) return { kind, text: found[0], end: at + found[0].length };
  }
  const regex = source[at] === "/" && regexMayFollow(before) ? match(REGEX, source, at) : null;
  if (regex) return { kind: "regex", text: regex[0], end: at + regex[0].length };
  return { kind: "punctuation", text: source[at] ?? "", end: at + 1 };
}

function regexMayFollow(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === "word") return BEFORE_REGEX.has(before.text);
  return before.kind === "punctuation" && ![")", "]", "}"].includes(before.text);
}

/** From a backtick, or the brace that ends a `${}`, to the next backtick or `${`. */
function templatePiece(source: string, start: number): Found {
  let at = start + 1;
  while (at < source.length) {
    if (source[at] === "\\") at += 2;
    else if (source[at] === "`") return { kind: "template", text: source.slice(start + 1, at), end: at + 1 };
    else if (source[at] === "$" && source[at + 1] === "{") return { kind: "template", text: source.slice(start + 1, at), end: at + 2 };
    else at += 1;
  }
  return { kind: "template", text: source.slice(start + 1), end: source.length };
}

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}

function count(source: string, from: number, to: number): number {
  let lines = 0;
  for (let at = from; at < to; at++) if (source[at] === "\n") lines += 1;
  return lines;
}
