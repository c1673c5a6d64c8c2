import { DEFINITION_BOUNDS, type Problem } from "../core/index.ts";

/** The text of a file's bytes, or where it stops being UTF-8. */
export function decodeText(bytes: Uint8Array, file: string): string | Problem {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const { line, column } = placeOfBadByte(bytes);
    return problem(file, { line, column, code: "yaml-malformed", message: "the file is not UTF-8 from here on; save it as UTF-8" });
  }
}

/** Decodes as far as it goes, by halves. */
function placeOfBadByte(bytes: Uint8Array): { readonly line: number; readonly column: number } {
  let good = 0;
  let bad = bytes.length;
  while (good + 1 < bad) {
    const middle = Math.floor((good + bad) / 2);
    // A character cut in two at the end is no fault yet: streaming lets it pass.
    if (decodes(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  const lines = new TextDecoder().decode(bytes.subarray(0, good)).split("\n");
  return endOf(lines);
}

function decodes(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** What makes a text not worth parsing; undefined when it may be parsed. */
export function boundsProblem(text: string, file: string): Problem | undefined {
  if (text.length > DEFINITION_BOUNDS.characters) {
    const message = `the file has ${text.length} characters; allowed are ${DEFINITION_BOUNDS.characters}`;
    return problem(file, { line: 1, column: 1, code: "too-large", message });
  }
  const control = CONTROL.exec(text);
  if (control !== null) {
    const hex = control[0].charCodeAt(0).toString(16).padStart(2, "0");
    return problem(file, {
      ...placeOf(text, control.index),
      code: "yaml-malformed",
      message: `the file holds the control character 0x${hex}, which no text has`,
    });
  }
  const deep = placeTooDeep(text) ?? placeTooIndented(text);
  if (deep === undefined) return undefined;
  return problem(file, { ...placeOf(text, deep), code: "too-large", message: `the file nests deeper than ${DEFINITION_BOUNDS.depth}` });
}

/** Tab, line feed and carriage return are text. */
const CONTROL = /(?![\t\n\r])\p{Cc}/u;

/** Counts brackets, quoted ones too, and dashes and keys on one line: more than any definition has, less than a parser's stack. */
function placeTooDeep(text: string): number | undefined {
  let depth = 0;
  let dashes = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "\n") dashes = 0;
    else if (char === "[" || char === "{") depth++;
    else if (char === "]" || char === "}") depth = Math.max(0, depth - 1);
    else if ((char === "-" || char === "?" || char === ":") && text[at + 1] === " ") dashes++;
    if (depth > DEFINITION_BOUNDS.depth || (dashes > DEFINITION_BOUNDS.depth && depth === 0)) return at;
  }
  return undefined;
}

/** Each line that stands further right than the one that it stands under is one level more. */
function placeTooIndented(text: string): number | undefined {
  const around: number[] = [];
  for (const { 0: spaces, index } of text.matchAll(/^ *(?=[^\s])/gm)) {
    while ((around.at(-1) ?? -1) >= spaces.length) around.pop();
    if (around.push(spaces.length) > DEFINITION_BOUNDS.depth) return index + spaces.length;
  }
  return undefined;
}

function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split("\n");
  return endOf(before);
}

function endOf(lines: readonly string[]): { readonly line: number; readonly column: number } {
  const [last = ""] = lines.slice(-1);
  return { line: lines.length, column: last.length + 1 };
}

function problem(file: string, { line, column, code, message }: Omit<Problem, "file" | "severity">): Problem {
  return { file, line, column, severity: "error", code, message };
}
