import { reasonOf, TroupeError } from "@troupe/kernel";

const TIMEOUT_MILLIS = 10_000;
const MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";

/** A 2xx answer's body, or null for 404. */
export type RestAnswer = { readonly [name: string]: unknown } | null;
export type ConfluentRest = {
  readonly address: string;
  /** Rejects with REGISTRY_UNREACHABLE for anything but a 2xx, or a 404 that a registry gave. */
  ask(path: string, body?: object): Promise<RestAnswer>;
};

/**
 * The reads of the Confluent REST API that the registry client can't do: it hands schemas out as avsc types,
 * which have lost their logical types. `url` may carry user and password.
 */
export function confluentRest(url: string): ConfluentRest {
  const { address, authorization } = splitCredentials(url);
  const headers = { accept: `${MEDIA_TYPE}, application/json`, "content-type": MEDIA_TYPE, ...authorization };
  const unreachable = (reason: string, cause?: unknown) => new TroupeError("REGISTRY_UNREACHABLE", { address, reason }, cause);
  return {
    address,
    async ask(path, body) {
      const request = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
      const response = await fetch(`${address}${path}`, { ...request, headers, signal: AbortSignal.timeout(TIMEOUT_MILLIS) }).catch(
        (error: unknown) => {
          throw unreachable(networkReason(error), error);
        },
      );
      const text = await response.text();
      const answer = objectIn(text);
      // a wrong base address answers 404 to everything; taking that for "no such schema" would bury every record
      if (response.status === 404 && String(answer?.["error_code"]).startsWith("404")) return null;
      if (response.ok && answer !== undefined) return answer;
      const type = response.headers.get("content-type") ?? "no content type";
      // a page of a proxy, or of whatever else listens there, tells nothing
      throw unreachable(`${path} answers ${response.status} ${type.includes("json") ? text.slice(0, 200) : `with ${type}`}`);
    },
  };
}

export type Credentials = { readonly username: string; readonly password: string };

/** `http://user:secret@host:8081/` to its address without secrets, and the header they make. */
export function splitCredentials(url: string): {
  readonly address: string;
  readonly credentials: Credentials | undefined;
  readonly authorization: { readonly authorization?: string };
} {
  const parsed = new URL(url);
  const address = `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, "");
  if (parsed.username === "") return { address, credentials: undefined, authorization: {} };
  const credentials = { username: decodeURIComponent(parsed.username), password: decodeURIComponent(parsed.password) };
  const encoded = Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64");
  return { address, credentials, authorization: { authorization: `Basic ${encoded}` } };
}

function objectIn(text: string): Exclude<RestAnswer, null> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null ? (json as Exclude<RestAnswer, null>) : undefined; // any object may be asked by name
  } catch {
    return undefined; // the caller shows the text
  }
}

/** fetch says "fetch failed" and hides why in the cause. */
function networkReason(error: unknown): string {
  return reasonOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
}
