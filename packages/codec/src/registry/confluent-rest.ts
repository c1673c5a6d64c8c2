import { reasonOf, TroupeError } from "@troupe/kernel";

const TIMEOUT_MILLIS = 10_000;
const MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";

/** A 2xx answer's body, or null for 404. */
export type RestAnswer = { readonly [name: string]: unknown } | null;
export type ConfluentRest = {
  readonly address: string;
  /** Rejects with REGISTRY_UNREACHABLE for anything but 2xx and 404. */
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
      if (response.status === 404) return null;
      if (!response.ok) throw unreachable(`${path} answers ${response.status} ${text.slice(0, 200)}`);
      try {
        return JSON.parse(text) as RestAnswer; // every answer of the API that is asked for here is an object
      } catch (error) {
        throw unreachable(`${path} does not answer JSON: ${text.slice(0, 80)}`, error);
      }
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

/** fetch says "fetch failed" and hides why in the cause. */
function networkReason(error: unknown): string {
  return reasonOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
}
