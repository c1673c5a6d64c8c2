import { type JsonObject, reasonOf, TroupeError } from "@troupe/kernel";
import { invalidRequest, type RequestPart, type Violation } from "./invalid-request.ts";

/** What a caller gets for any error. No stack, and nothing of an error that was not made for him. */
export type ErrorAnswer = {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: { readonly error: { readonly code: string; readonly message: string; readonly hint: string } };
};

/** JSON Schema of every error body. */
export const ERROR_SCHEMA = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "hint"],
      properties: {
        code: { type: "string", description: "Stable code, listed in docs/errors.md." },
        message: { type: "string", description: "What was found and what is allowed." },
        hint: { type: "string", description: "What to do; may be empty." },
      },
    },
  },
} as const satisfies JsonObject;

/** Name of that schema among the components of an OpenAPI document. */
export const ERROR_REF = "Error";

/** Seconds after which it is worth coming back. */
const RETRY_AFTER = "1";

export function errorAnswer(error: TroupeError): ErrorAnswer {
  const { code, message, hint, status } = error;
  const headers = status === 429 || status === 503 ? { "retry-after": RETRY_AFTER } : {};
  return { status, headers, body: { error: { code, message, hint } } };
}

export type RequestFacts = {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly id: string;
  readonly contentType: string | undefined;
  readonly contentLength: string | undefined;
  readonly bodyLimit: number;
  /** The caller ended the connection before all of the body was here. */
  readonly dropped: boolean;
};

/** Everything that can be thrown while a request is answered, as an error of the catalogue. Total: what is not known is UNEXPECTED. */
export function classified(error: unknown, request: RequestFacts): TroupeError {
  if (error instanceof TroupeError) return error;
  const { code, validation, validationContext } = Object(error) as FastifyFields; // fastify's own errors carry these
  if (validation !== undefined) return invalidRequest(validation, validationContext ?? "body");
  if (request.dropped && code === "ECONNRESET") {
    return new TroupeError("REQUEST_UNREADABLE", { reason: "the connection ended before the body did" }, error);
  }
  switch (code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new TroupeError("REQUEST_TOO_LARGE", {
        bytes: request.contentLength ?? `more than ${request.bodyLimit}`,
        limit: request.bodyLimit,
      });
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new TroupeError("MEDIA_TYPE_UNSUPPORTED", { found: request.contentType ?? "(none)" });
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
      return new TroupeError("REQUEST_MALFORMED", { reason: reasonOf(error) });
    case "FST_ERR_BAD_URL":
    case "FST_ERR_MAX_PARAM_LENGTH":
      return new TroupeError("REQUEST_UNREADABLE", {
        reason: `the path ${code === "FST_ERR_BAD_URL" ? "is not percent-encoded" : "is too long"}`,
      });
    default:
      return new TroupeError("UNEXPECTED", { reason: `see the log under request ${request.id}` }, error);
  }
}

type FastifyFields = { readonly code?: string; readonly validation?: readonly Violation[]; readonly validationContext?: RequestPart };
