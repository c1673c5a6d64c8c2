import { BOUND_SETTINGS, type Bounds } from "./bounds.ts";

export type Target = "embedded" | "native";

/** The effective configuration of one process. */
export type Config = Bounds & {
  readonly target: Target;
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly brokers: string;
  readonly registryUrl: string;
  readonly mongoUrl: string;
  readonly mongoDatabase: string;
  readonly partitions: number;
  readonly otlpEndpoint: string | undefined;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly schemasDir: string;
  readonly sagasDir: string;
  readonly bodyLimitBytes: number;
  readonly sessionTimeoutMillis: number;
  /** `fp4:17`: see fail-points.ts. */
  readonly failAt: string | undefined;
};

/** What a text must look like, with the words for a text that does not. */
type Form = { readonly fits: (text: string) => boolean; readonly allowed: string };

const FAIL_AT: Form = {
  fits: (text) => /^fp[1-6]:[1-9]\d{0,8}$/.test(text),
  allowed: "fp1 to fp6, a colon, and at which pass, e.g. fp4:17",
};
const HTTP_ADDRESS = (example: string): Form => ({
  fits: (text) => /^https?:\/\//i.test(text) && URL.canParse(text),
  allowed: `an address such as ${example}`,
});
const BROKERS: Form = {
  fits: (text) => text.split(",").every(isHostAndPort),
  allowed: "host:port, several separated by commas without spaces",
};
const MONGO_URL: Form = {
  fits: (text) => /^mongodb(\+srv)?:\/\/\S+$/.test(text),
  allowed: "mongodb://host:port/?options or mongodb+srv://host",
};
/** Names that MongoDB takes on every system: manual, "Naming Restrictions". */
const MONGO_DATABASE: Form = {
  fits: (text) => /^[^/\\."$*<>:|?\s\0]{1,63}$/.test(text),
  allowed: 'a name of at most 63 characters without spaces and / \\ . " $ * < > : | ?',
};

export type Setting = {
  readonly key: keyof Config;
  readonly environment: string;
  readonly type: "text" | "integer" | readonly string[];
  readonly default: string | undefined;
  readonly secret?: true;
  readonly form?: Form;
  readonly min?: number;
  readonly max?: number;
  readonly doc: string;
};

/** Every setting there is: docs/configuration.md is generated from this table, unknown TROUPE_ names are refused. */
export const SETTINGS: readonly Setting[] = [
  {
    key: "target",
    environment: "TROUPE_ON",
    type: ["embedded", "native"],
    default: "embedded",
    doc: "`embedded`: one SQLite file. `native`: Kafka, a schema registry and MongoDB at the addresses below.",
  },
  { key: "dataDir", environment: "TROUPE_DATA", type: "text", default: ".troupe/data", doc: "Folder of the embedded data file." },
  { key: "host", environment: "TROUPE_HOST", type: "text", default: "127.0.0.1", doc: "Address that HTTP listens on." },
  {
    key: "port",
    environment: "TROUPE_PORT",
    type: "integer",
    min: 0,
    max: 65535,
    default: "8080",
    doc: "Port that HTTP listens on; 0 takes a free one.",
  },
  {
    key: "brokers",
    environment: "TROUPE_KAFKA_BROKERS",
    type: "text",
    default: "127.0.0.1:19092",
    form: BROKERS,
    doc: "Kafka brokers, separated by commas.",
  },
  {
    key: "registryUrl",
    environment: "TROUPE_REGISTRY_URL",
    type: "text",
    default: "http://127.0.0.1:18081/apis/ccompat/v7",
    form: HTTP_ADDRESS("http://127.0.0.1:18081/apis/ccompat/v7"),
    doc: "Base address of a Confluent-compatible schema registry.",
  },
  {
    key: "mongoUrl",
    environment: "TROUPE_MONGO_URL",
    type: "text",
    secret: true,
    default: "mongodb://127.0.0.1:27117/?directConnection=true",
    form: MONGO_URL,
    doc: "MongoDB connection string.",
  },
  {
    key: "mongoDatabase",
    environment: "TROUPE_MONGO_DATABASE",
    type: "text",
    default: "troupe",
    form: MONGO_DATABASE,
    doc: "MongoDB database.",
  },
  {
    key: "partitions",
    environment: "TROUPE_PARTITIONS",
    type: "integer",
    min: 1,
    max: 1024,
    default: "4",
    doc: "Partitions of topics that are made at start; a power of two.",
  },
  {
    key: "otlpEndpoint",
    environment: "TROUPE_OTLP_ENDPOINT",
    type: "text",
    default: undefined,
    form: HTTP_ADDRESS("http://127.0.0.1:4318"),
    doc: "OTLP over HTTP endpoint for traces, e.g. `http://127.0.0.1:4318`; without it no tracing library is loaded.",
  },
  {
    key: "logLevel",
    environment: "TROUPE_LOG_LEVEL",
    type: ["debug", "info", "warn", "error"],
    default: "warn",
    doc: "Least level that is logged.",
  },
  { key: "schemasDir", environment: "TROUPE_SCHEMAS", type: "text", default: "schemas", doc: "Folder of event schemas." },
  { key: "sagasDir", environment: "TROUPE_SAGAS", type: "text", default: "sagas", doc: "Folder of saga definitions." },
  {
    key: "bodyLimitBytes",
    environment: "TROUPE_BODY_LIMIT",
    type: "integer",
    min: 1024,
    max: 16_777_216,
    default: "262144",
    doc: "Largest request body in bytes.",
  },
  {
    key: "sessionTimeoutMillis",
    environment: "TROUPE_SESSION_TIMEOUT",
    type: "integer",
    min: 1000,
    max: 300_000,
    default: "10000",
    doc: "Milliseconds after which a process that shows no life loses its partitions. Kafka refuses what is below its `group.min.session.timeout.ms`.",
  },
  {
    key: "failAt",
    environment: "TROUPE_FAIL_AT",
    type: "text",
    default: undefined,
    form: FAIL_AT,
    doc: "For trials of crashes only: the process kills itself (SIGKILL) at the n-th pass of a fail point, e.g. `fp4:17`. [What they are](torture/README.md#fail-points).",
  },
  ...BOUND_SETTINGS,
];

function isHostAndPort(text: string): boolean {
  const port = /^(?:\[[\da-f:.]+\]|[^\s:/@[\]]+):(\d{1,5})$/i.exec(text)?.[1];
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
}

/** The table of docs/configuration.md. */
export function settingsTable(): string {
  const rows = SETTINGS.map(({ environment, type, default: fallback, doc, secret, min, max }) => {
    const shape = typeof type === "string" ? (type === "integer" ? `${min} to ${max}` : type) : type.join(", ");
    return `| \`${environment}\` | ${shape} | ${fallback === undefined ? "none" : `\`${fallback}\``} | ${doc}${secret ? " Masked where it is shown." : ""} |`;
  });
  return ["| name | allowed | default | meaning |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
