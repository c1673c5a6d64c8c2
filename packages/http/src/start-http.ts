import { type HttpRoute, type Log, type ReadinessCheck, reasonOf, TroupeError } from "@troupe/kernel";
import type { Metrics, Tracing } from "@troupe/telemetry";
import type { FastifyInstance } from "fastify";
import { type AppInfo, createApp } from "./app.ts";
import { operationRoutes } from "./operations.ts";
import { traceRoutes } from "./trace-routes.ts";

export type HttpOptions = {
  /** Default 127.0.0.1: only this machine. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly routes: readonly HttpRoute[];
  readonly readiness: readonly ReadinessCheck[];
  readonly metrics: Pick<Metrics, "httpRequest" | "text" | "contentType">;
  readonly log: Log;
  /** Of one role for all routes; see traceRoutes for routes of several. */
  readonly tracing?: Tracing;
  readonly info: AppInfo;
  /** Default 1 MiB. */
  readonly bodyLimitBytes?: number;
  /** Asked before each request that changes something; a reason refuses it with 429 and Retry-After. */
  readonly shedding?: () => { readonly reason: string } | null;
  /** Longest time that `close` waits for requests in flight. Default 5000 ms. */
  readonly closeMillis?: number;
};

export type HttpFace = {
  /** Where it answers, e.g. `http://127.0.0.1:8080`. */
  readonly address: string;
  readonly port: number;
  /** Takes no new requests, lets those in flight finish, then ends every connection. Resolves within `closeMillis`. */
  close(): Promise<void>;
};

/** Listens and answers `routes` besides /, /healthz, /readyz, /metrics and /openapi.json. Throws PORT_IN_USE or CONFIG_INVALID. */
export async function startHttp(options: HttpOptions): Promise<HttpFace> {
  const { host = "127.0.0.1", port, tracing, bodyLimitBytes = 1024 * 1024, closeMillis = 5000 } = options;
  let closing = false;
  const routes = tracing === undefined ? options.routes : traceRoutes(options.routes, tracing);
  const app = await createApp({
    routes: [...routes, ...operationRoutes(options)],
    info: options.info,
    log: options.log,
    metrics: options.metrics,
    bodyLimitBytes,
    shedding: options.shedding,
    closing: () => closing,
  });
  const bound = await listen(app, host, port);
  return {
    address: `http://${host.includes(":") ? `[${host}]` : host}:${bound}`,
    port: bound,
    close: async () => {
      closing = true;
      const late = setTimeout(() => app.server.closeAllConnections(), closeMillis);
      await app.close();
      clearTimeout(late);
    },
  };
}

async function listen(app: FastifyInstance, host: string, port: number): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    const { code } = Object(error) as { readonly code?: string }; // errors of the system carry a code
    if (code === "EADDRINUSE") throw new TroupeError("PORT_IN_USE", { host, port }, error);
    throw new TroupeError("CONFIG_INVALID", {
      key: "TROUPE_HOST:TROUPE_PORT",
      found: `${host}:${port}`,
      allowed: `an address of this machine (${reasonOf(error)})`,
    });
  }
  const address = app.server.address();
  return typeof address === "object" && address !== null ? address.port : port;
}
