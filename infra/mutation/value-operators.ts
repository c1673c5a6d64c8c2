import { type Operator, type Place, replace } from "./edits.ts";

/** Where a text is a name for the machine, and not a sentence: no blank in it. */
const isCode = (text: string): boolean => text !== "" && !/\s/.test(text);

function emptyCode({ node, parent, role }: Place): ReturnType<Operator["at"]> {
  if (node.type === "TemplateLiteral") {
    return isCode(node.quasis.map((part) => part.value.raw).join("")) ? replace(node, "``") : [];
  }
  if (node.type !== "Literal" || typeof node.value !== "string" || !isCode(node.value)) return [];
  const names = role === "source" || (role === "key" && parent?.type === "Property" && !parent.computed);
  return names ? [] : replace(node, '""');
}

function shiftNumber({ node }: Place): ReturnType<Operator["at"]> {
  if (node.type !== "Literal") return [];
  if (typeof node.value === "number") return [...replace(node, `(${node.value + 1})`), ...replace(node, `(${node.value - 1})`)];
  if (typeof node.value === "bigint") return [...replace(node, `(${node.value + 1n}n)`), ...replace(node, `(${node.value - 1n}n)`)];
  return [];
}

/** Operators on literals. */
export const VALUE_OPERATORS: readonly Operator[] = [
  {
    name: "flip-boolean",
    says: "`true` and `false` change places",
    at: ({ node }) => (node.type === "Literal" && typeof node.value === "boolean" ? replace(node, String(!node.value)) : []),
  },
  {
    name: "empty-array",
    says: "a written array that holds something is empty",
    at: ({ node }) => (node.type === "ArrayExpression" && node.elements.length > 0 ? replace(node, "[]") : []),
  },
  {
    name: "empty-code",
    says: "a text without blanks (a code, a status, a name: what decides) is empty; sentences are left alone",
    at: emptyCode,
  },
  { name: "shift-number", says: "a number is one more, and one less", at: shiftNumber },
];
