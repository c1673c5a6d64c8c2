const COLOURS: { readonly [level: string]: number } = { debug: 90, info: 36, warn: 33, error: 31 };

/** A JSON log line as one readable line: `12:34:56.789 warn  text  field=value field=value`, fields in the order they were given. */
export function prettyLine(json: string, colour: boolean): string {
  const { level, time, text, ...fields } = JSON.parse(json) as { readonly [name: string]: unknown }; // made by pino just before
  const name = String(level);
  const paint = (code: number, part: string): string => (colour ? `\u001b[${code}m${part}\u001b[0m` : part);
  const rest = Object.entries(fields).map(([field, value]) => paint(90, `${field}=`) + plain(value));
  return `${[paint(90, String(time).slice(11, 23)), paint(COLOURS[name] ?? 0, name.padEnd(5)), unbroken(String(text ?? "")), ...rest].join(" ")}\n`;
}

/** Control characters are written out: text that came from outside can't move the cursor or start a line. */
function unbroken(text: string): string {
  return /\p{Cc}/u.test(text) ? JSON.stringify(text).slice(1, -1) : text;
}

/** Text without blanks stands as it is; everything else as JSON. */
function plain(value: unknown): string {
  return typeof value === "string" && /^[\x21-\x7e]+$/.test(value) ? value : JSON.stringify(value);
}
