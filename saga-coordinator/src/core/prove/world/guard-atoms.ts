/** A guard taken apart as far as truth goes: `!x` and `a != b` are the negations of `x` and `a == b`. */
export type Atom = {
  readonly atom: string;
  readonly negated: boolean;
  /** For `field == literal`: the field, since it equals one literal at most. */
  readonly excludes: string | undefined;
};

const COMPARISON = /^([A-Za-z_][\w.]*)\s*(==|!=)\s*("[^"]*"|'[^']*'|-?\d+(?:\.\d+)?|true|false|null)$/;

/** Different texts that no rule here relates are taken as independent: more is explored than can happen, never less. */
export function atomOf(text: string): Atom {
  const plain = withoutParentheses(text.trim());
  if (plain.startsWith("!") && !plain.startsWith("!=") && isWhole(plain.slice(1).trim())) {
    const inner = atomOf(plain.slice(1));
    return { ...inner, negated: !inner.negated };
  }
  const [, field, operator, literal] = COMPARISON.exec(plain) ?? [];
  if (field === undefined || literal === undefined) return { atom: plain, negated: false, excludes: undefined };
  if (literal === "true" || literal === "false")
    return { atom: field, negated: (operator === "==") !== (literal === "true"), excludes: undefined };
  return { atom: `${field} == ${literal.replaceAll("'", '"')}`, negated: operator === "!=", excludes: field };
}

function withoutParentheses(text: string): string {
  return text.startsWith("(") && isWhole(text) ? withoutParentheses(text.slice(1, -1).trim()) : text;
}

/** A name, a call-free path, or something in parentheses that close at the very end: what a leading `!` negates as a whole. */
function isWhole(text: string): boolean {
  if (/^!*[A-Za-z_][\w.]*$/.test(text)) return true;
  if (!text.startsWith("(")) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "(") depth++;
    if (text[at] === ")") depth--;
    if (depth === 0) return at === text.length - 1;
  }
  return false;
}
