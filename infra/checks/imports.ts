import type { Token } from "./tokens.ts";

export type Import = {
  /** What stands in the quotes; undefined when it is computed. */
  readonly specifier: string | undefined;
  readonly line: number;
  /** Only types come in, so nothing of it is there at run time. */
  readonly typeOnly: boolean;
  /** Names as the other module exports them; `*` for all. */
  readonly names: readonly string[];
};

/** Every import of a source: static, `export … from`, dynamic, `require`, and `import("…")` in types. */
export function importsOf(tokens: readonly Token[]): readonly Import[] {
  return tokens.flatMap((token, at): readonly Import[] => {
    if (token.kind !== "word" || isText(tokens[at - 1], ".")) return [];
    if (token.text === "require") return isText(tokens[at + 1], "(") ? [called(tokens, at)] : [];
    if (token.text === "import") return importAt(tokens, at);
    return token.text === "export" ? exportAt(tokens, at) : [];
  });
}

function importAt(tokens: readonly Token[], at: number): readonly Import[] {
  const after = tokens[at + 1];
  if (after === undefined || isText(after, ".") || isText(after, ":")) return []; // import.meta, or a property of that name
  if (isText(after, "(")) return [called(tokens, at)];
  if (after.kind === "string") return [{ specifier: after.text, line: after.line, typeOnly: false, names: [] }];
  return clauseAt(tokens, at);
}

/** `export { … } from`, `export * from`, `export type { … } from`; other exports import nothing. */
function exportAt(tokens: readonly Token[], at: number): readonly Import[] {
  const first = isText(tokens[at + 1], "type") ? tokens[at + 2] : tokens[at + 1];
  return isText(first, "{") || isText(first, "*") ? clauseAt(tokens, at) : [];
}

/** From `import` or `export` to the text after `from`. A clause has no brackets but its one pair of braces. */
function clauseAt(tokens: readonly Token[], at: number): readonly Import[] {
  let end = at + 1;
  while (end < tokens.length && !isEndOfClause(tokens, end)) end += 1;
  const specifier = tokens[end + 1];
  if (!isText(tokens[end], "from") || specifier?.kind !== "string") return [];
  const clause = tokens.slice(at + 1, end);
  return [{ specifier: specifier.text, line: specifier.line, typeOnly: isTypeOnly(clause), names: namesIn(clause) }];
}

/** `from` before a string ends it well; a semicolon, an equals sign or another statement means there was no clause. */
function isEndOfClause(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  if (isText(token, "from") && tokens[at + 1]?.kind === "string") return true;
  return isText(token, ";") || isText(token, "=") || isText(token, "import") || isText(token, "export");
}

function isTypeOnly(clause: readonly Token[]): boolean {
  if (isText(clause[0], "type") && !isText(clause[1], "from")) return true;
  const members = splitMembers(clause);
  return members.length > 0 && isText(clause[0], "{") && members.every((member) => isText(member[0], "type"));
}

function namesIn(clause: readonly Token[]): readonly string[] {
  if (clause.some((token) => isText(token, "*"))) return ["*"];
  const named = splitMembers(clause).map((member) => (isText(member[0], "type") && member.length > 1 ? member[1] : member[0])?.text ?? "");
  const [first] = clause.filter((token) => !isText(token, "type"));
  return first?.kind === "word" ? ["default", ...named] : named;
}

/** What stands between the commas of the braces. */
function splitMembers(clause: readonly Token[]): readonly (readonly Token[])[] {
  const open = clause.findIndex((token) => isText(token, "{"));
  const members: Token[][] = [[]];
  if (open === -1) return [];
  for (const token of clause.slice(open + 1)) {
    if (isText(token, ",")) members.push([]);
    else if (!isText(token, "}")) members.at(-1)?.push(token);
  }
  return members.filter((member) => member.length > 0);
}

function called(tokens: readonly Token[], at: number): Import {
  const argument = tokens[at + 2];
  const literal = argument?.kind === "string" || (argument?.kind === "template" && isText(tokens[at + 3], ")"));
  return { specifier: literal ? argument.text : undefined, line: tokens[at]?.line ?? 0, typeOnly: false, names: ["*"] };
}

const isText = (token: Token | undefined, text: string): boolean =>
  token !== undefined && token.text === text && (token.kind === "word" || token.kind === "punctuation");
