/** An answer with its body read: parsed where it is JSON. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string; readonly json: unknown };

/** One request with a deadline. `body`: text as it is, anything else as JSON. */
export async function ask(
  url: string,
  options: { readonly method?: string; readonly headers?: { readonly [name: string]: string }; readonly body?: unknown } = {},
): Promise<Answer> {
  const { method = options.body === undefined ? "GET" : "POST", headers = {}, body } = options;
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(15_000),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Code and message of an error answer; both empty when the body has another form. */
export function errorOf({ json }: Answer): { readonly code: string; readonly message: string } {
  const { error } = Object(json) as { readonly error?: { readonly code?: string; readonly message?: string } }; // form of docs/errors.md
  return { code: error?.code ?? "", message: error?.message ?? "" };
}
