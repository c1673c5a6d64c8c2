import { type Disposition, ERRORS } from "@troupe/kernel";

const NEXT: { readonly [D in Disposition]: string } = {
  refuse: "the caller is answered; nothing else happens",
  retry: "tried again until it works; nothing is lost meanwhile",
  park: "the key waits for an operator; other keys go on",
  "dead-letter": "the record goes to the dead letters; the next one is processed",
  stop: "the process ends with exit code 1",
};

/** docs/errors.md: the catalogue of the kernel as a page. */
export function errorPage(): string {
  const dispositions = Object.entries(NEXT).map(([name, text]) => `| ${name} | ${text} |`);
  const codes = Object.entries(ERRORS).map(([code, { disposition, status, text, hint }]) => {
    return `| \`${code}\` | ${disposition} | ${status} | ${cell([text, hint].filter((part) => part !== "").join(" "))} |`;
  });
  return [
    "# Errors",
    "",
    "<!-- Written by `npm run generate` from packages/kernel/src/error-catalogue.ts; a test compares the two. -->",
    "",
    "Every error of Troupe has a code that does not change, a sentence with what was found and what is allowed, and one of these",
    "answers to the question what happens next. Words in braces are filled in.",
    "",
    "| disposition | what happens next |",
    "| --- | --- |",
    ...dispositions,
    "",
    "`HTTP` is the status with which an HTTP face answers when the error reaches it.",
    "",
    "| code | disposition | HTTP | text and hint |",
    "| --- | --- | --- | --- |",
    ...codes,
    "",
  ].join("\n");
}

/** Text that can't be mistaken for the table's own marks. */
const cell = (text: string): string => text.replaceAll("|", "\\|");
