import { explain, type Log, type LogFields } from "@troupe/kernel";
import { type Logger, pino, stdTimeFunctions } from "pino";
import { prettyLine } from "./pretty-line.ts";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

export type LogOptions = {
  readonly level: LogLevel;
  /** `json`: one JSON object a line. `pretty`: one readable line, for a terminal. */
  readonly format: "json" | "pretty";
  /** Takes whole lines, e.g. `process.stderr`. */
  readonly destination: { write(text: string): unknown };
  /** Colours in the pretty form. Default false. */
  readonly colour?: boolean;
  /** Names of fields that are personal data, wherever they stand in the fields of a line. */
  readonly pii?: ReadonlySet<string>;
};

const MASK = "[masked]";

/** The Log port on pino. Values of `pii` fields are masked, errors become their one sentence (with a stack at level debug only). */
export function createLog(options: LogOptions): Log {
  const { level, format, destination, colour = false, pii = new Set<string>() } = options;
  const clean = (fields: LogFields): LogFields => shown(fields, { pii, stacks: level === "debug" }) as LogFields; // an object stays one
  const logger = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      messageKey: "text",
      formatters: { level: (label) => ({ level: label }) },
    },
    format === "json"
      ? { write: (line) => void destination.write(line) }
      : { write: (line) => void destination.write(prettyLine(line, colour)) },
  );
  return onPino(logger, clean);
}

function onPino(logger: Logger, clean: (fields: LogFields) => LogFields): Log {
  const at =
    (level: "debug" | "info" | "warn" | "error") =>
    (fields: LogFields, text: string): void => {
      if (logger.isLevelEnabled(level)) logger[level](clean(fields), text);
    };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (fields) => onPino(logger.child(clean(fields)), clean),
  };
}

type Showing = { readonly pii: ReadonlySet<string>; readonly stacks: boolean };

function shown(value: unknown, how: Showing): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Error) return how.stacks ? { text: explain(value), stack: value.stack } : explain(value);
  if (Array.isArray(value)) return value.map((item) => shown(item, how));
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, how.pii.has(name) ? MASK : shown(inner, how)]));
}
