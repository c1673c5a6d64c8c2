/** What the platform does after an error. `refuse` answers the caller; `stop` ends the process with exit code 1. */
export type Disposition = "retry" | "park" | "dead-letter" | "stop" | "refuse";
export type Details = { readonly [name: string]: string | number | bigint | boolean | null | undefined | readonly string[] };

type Entry = { readonly disposition: Disposition; readonly status: number; readonly text: string; readonly hint: string };
const entry = ([disposition, status]: readonly [Disposition, number], text: string, hint = ""): Entry => ({
  disposition,
  status,
  text,
  hint,
});

/** Every error of the platform. `{name}` is replaced by the detail of that name. docs/errors.md lists the same codes (tested). */
export const ERRORS = {
  // values and events
  DECIMAL_MALFORMED: entry(["refuse", 422], "`{value}` is not a decimal number; allowed are digits with one point, e.g. 12.50."),
  DECIMAL_INEXACT: entry(["refuse", 422], "{value} has more than the {scale} digits allowed after the point."),
  PATTERN_INVALID: entry(["refuse", 422], "The pattern `{pattern}` {reason}."),
  EVENT_UNKNOWN: entry(["refuse", 422], "Event `{event}` is not known; known are {allowed}."),
  EVENT_FIELD_UNKNOWN: entry(["refuse", 422], "Event {event} has no field `{field}`; its fields are {allowed}."),
  EVENT_FIELD_INVALID: entry(["refuse", 422], "Field `{field}` of {event} is {found}; allowed is {allowed}."),
  CORRELATION_MISSING: entry(
    ["dead-letter", 422],
    "{event} carries no correlation id: field `{field}` is {found}; a non-empty text is needed.",
  ),
  // bytes on a topic
  RECORD_UNDECODABLE: entry(
    ["dead-letter", 422],
    "The record at {topic}/{partition}/{offset} can't be decoded: {reason}.",
    "Its raw bytes are kept in the dead letters.",
  ),
  RECORD_TOO_OLD: entry(["dead-letter", 422], "The record at {topic}/{partition}/{offset} is older than the horizon of {days} days."),
  SCHEMA_ID_UNKNOWN: entry(
    ["dead-letter", 422],
    "Schema id {schemaId} is not in the registry.",
    "Register the writer's schema, then redrive the dead letter.",
  ),
  SCHEMA_INVALID: entry(["stop", 422], "{file} is not a valid event schema: {reason}."),
  SCHEMA_INCOMPATIBLE: entry(["stop", 409], "Subject {subject} refuses the new schema under {level}: {violations}."),
  REGISTRY_UNREACHABLE: entry(
    ["retry", 503],
    "The schema registry at {address} does not answer: {reason}.",
    "Start it, or check TROUPE_REGISTRY_URL.",
  ),
  // bus and documents
  BUS_UNREACHABLE: entry(
    ["retry", 503],
    "No broker answers at {address}: {reason}.",
    "Start it, or look at TROUPE_KAFKA_BROKERS (embedded: the disk of TROUPE_DATA); a running process goes on by itself.",
  ),
  STORE_UNREACHABLE: entry(
    ["retry", 503],
    "The document store at {address} does not answer: {reason}.",
    "Start it, or look at TROUPE_MONGO_URL (embedded: the disk of TROUPE_DATA); a running process goes on by itself.",
  ),
  STORE_UNSUITABLE: entry(["stop", 500], "The document store at {address} is {found}; needed is {allowed}."),
  TOPIC_UNKNOWN: entry(["stop", 404], "Topic `{topic}` does not exist; existing are {allowed}."),
  RECORD_TOO_LARGE: entry(["refuse", 413], "A record of {bytes} bytes for topic {topic} is larger than the {limit} bytes allowed."),
  DOCUMENT_REFUSED: entry(["dead-letter", 500], "Document {document} was refused by the store: {reason}."),
  DATA_FOLDER_NEWER: entry(
    ["stop", 500],
    "{file} was written by a newer version of Troupe (format {found}); this one reads up to format {allowed}.",
    "Use the newer version, or another --data folder.",
  ),
  DATA_FOLDER_UNUSABLE: entry(["stop", 500], "{file} can't be used as a data file: {reason}."),
  // definitions and configuration
  DEFINITION_INVALID: entry(["stop", 422], "{file}:{line}:{column} {reason}."),
  CONFIG_INVALID: entry(["stop", 500], "Setting {key} is `{found}`; allowed is {allowed}."),
  OPTION_UNKNOWN: entry(["stop", 500], "Option `{option}` is not known; {allowed}."),
  OPTION_INVALID: entry(["stop", 500], "Option {option} is `{found}`; allowed is {allowed}."),
  NODE_TOO_OLD: entry(["stop", 500], "Node {found} is too old and no newer one is installed; needed is {allowed}."),
  PORT_IN_USE: entry(["stop", 500], "Port {port} on {host} is in use.", "Stop what listens there, or choose another with --port."),
  // HTTP
  REQUEST_UNREADABLE: entry(["refuse", 400], "The request can't be read as HTTP: {reason}."),
  REQUEST_MALFORMED: entry(["refuse", 400], "The request body is not valid JSON: {reason}."),
  REQUEST_INVALID: entry(["refuse", 422], "`{field}` is {found}; allowed is {allowed}."),
  REQUEST_TOO_LARGE: entry(["refuse", 413], "The request body has {bytes} bytes; allowed are {limit}."),
  MEDIA_TYPE_UNSUPPORTED: entry(["refuse", 415], "Content type `{found}` is not read here; allowed is application/json."),
  ROUTE_UNKNOWN: entry(["refuse", 404], "There is no {method} {path}; see /openapi.json."),
  IDEMPOTENCY_KEY_REUSED: entry(
    ["refuse", 422],
    "Idempotency-Key `{key}` was used before with another body.",
    "Send the same body, or a new key.",
  ),
  BUSINESS_ID_TAKEN: entry(
    ["refuse", 409],
    "Id `{id}` was used before in {method} {path} with another body.",
    "Send the same body, or a new id.",
  ),
  SAGA_UNKNOWN: entry(["refuse", 404], "There is no saga {definition}/{id}."),
  DEFINITION_NOT_LOADED: entry(
    ["refuse", 503],
    "Saga {definition}/{id} runs {label}, which is not loaded here; loaded are {allowed}.",
    "Give this process the definition that the saga started with.",
  ),
  VERSION_UNKNOWN: entry(["refuse", 404], "There is no version {version} of {definition} here; known are {allowed}."),
  STEP_NOT_HUMAN: entry(["refuse", 404], "Step `{step}` of {definition} is not answered by a person; those that are: {allowed}."),
  STEP_NOT_WAITING: entry(
    ["refuse", 409],
    "Step {step} of saga {definition}/{id} is {status} in a saga that is {saga}; only an open one is answered.",
  ),
  STEP_UNKNOWN: entry(["refuse", 404], "There is no step `{step}` in {definition}; steps are {allowed}."),
  ACT_REFUSED: entry(["refuse", 409], "{act} is refused, and saga {definition}/{id} stays as it is: {reason}."),
  ROLE_MISSING: entry(["refuse", 403], "{what} asks for the role {role}; the caller has {found}."),
  OVERLOADED: entry(["refuse", 429], "The service is behind ({reason})."),
  NOT_READY: entry(["refuse", 503], "Not ready: {reason}."),
  // engine
  HANDLER_FAILED: entry(["park", 500], "{handler} failed on {event}: {reason}.", "Mend the handler, then retry the parked key."),
  REACTION_GAVE_UP: entry(
    ["dead-letter", 500],
    "{handler} gave up on {event} after {attempts} attempts: {reason}.",
    "Mend what it calls, then redrive the dead letter.",
  ),
  PARKED_KEY_FULL: entry(
    ["dead-letter", 500],
    "{document} is parked with {held} records, and no more are allowed; the one at {place} does not fit.",
    "Retry or drop what is parked, then redrive the dead letters.",
  ),
  HISTORY_FULL: entry(
    ["dead-letter", 500],
    "{document} holds {held} facts in its history, and no more are allowed; {fact} does not fit.",
    "Find out why it has so many, raise TROUPE_MAX_HISTORY, then redrive the dead letters.",
  ),
  DEAD_LETTERS_FULL: entry(
    ["retry", 503],
    "There are {held} dead letters, and {limit} are allowed; the record at {place} would be one more.",
    "Redrive or drop some with `npm run troupe -- dead-letters`; a running process goes on by itself.",
  ),
  EARLY_EVENTS_FULL: entry(
    ["dead-letter", 500],
    "Saga {saga} has not started and holds its {limit} early events already; {event} does not fit.",
    "Find out why its start is missing, then redrive the dead letters.",
  ),
  TRANSITION_ILLEGAL: entry(["park", 500], "{what} can't go from {from} to {to} ({cause})."),
  // tools and native servers
  TOOL_MISSING: entry(["stop", 500], "`{tool}` is needed {purpose} and is not installed.", "{remedy}"),
  TOOL_FAILED: entry(["stop", 500], "`{tool}` failed {purpose}: {reason}.", "Its whole output is in {log}."),
  SERVER_NOT_READY: entry(["stop", 503], "{server} is not ready after {seconds} s: {reason}.", "Its log is {log}."),
  SERVER_PORT_TAKEN: entry(
    ["stop", 500],
    "{server} needs port {port} on 127.0.0.1, and something that was not started from this folder listens there.",
    "Stop it first.",
  ),
  UNEXPECTED: entry(["stop", 500], "Something unforeseen happened: {reason}."),
} as const satisfies { readonly [code: string]: Entry };

export type ErrorCode = keyof typeof ERRORS;
