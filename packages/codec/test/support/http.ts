import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { HttpRoute, Json } from "@troupe/kernel";

/** Serves routes as data over real HTTP on loopback; the base address. */
export async function serve(test: TestContext, routes: readonly HttpRoute[]): Promise<string> {
  const server = createServer((request, response) => {
    answer(routes, request).then(
      ({ status, body }) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  test.after(
    () =>
      new Promise((closed) => {
        server.close(closed);
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
}

async function answer(routes: readonly HttpRoute[], request: IncomingMessage) {
  const url = new URL(request.url ?? "/", "http://localhost");
  for (const route of routes) {
    const params = route.method === request.method ? match(route.path, url.pathname) : undefined;
    if (params === undefined) continue;
    const text = await read(request);
    const body = text === "" ? null : (JSON.parse(text) as Json); // JSON.parse gives JSON
    return route.handle({ params, query: Object.fromEntries(url.searchParams), headers: {}, body });
  }
  return { status: 404, body: `nothing at ${url.pathname}` };
}

function match(path: string, actual: string): { readonly [name: string]: string } | undefined {
  const wanted = path.split("/");
  const found = actual.split("/");
  if (wanted.length !== found.length) return undefined;
  const params: { [name: string]: string } = {};
  for (const [at, part] of wanted.entries()) {
    const value = decodeURIComponent(found[at] ?? "");
    if (part.startsWith("{")) params[part.slice(1, -1)] = value;
    else if (part !== value) return undefined;
  }
  return params;
}

async function read(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
