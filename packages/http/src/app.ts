import swagger from "@fastify/swagger";
import { type HttpRoute, type Log, reasonOf, TroupeError } from "@troupe/kernel";
import type { Metrics } from "@troupe/telemetry";
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { fastifyRoute } from "./fastify-route.ts";
import { parseBody } from "./json-body.ts";
import { classified, ERROR_REF, ERROR_SCHEMA, errorAnswer } from "./refuse/answer-error.ts";
import { refuseUnreadable } from "./refuse/unreadable.ts";

export type AppInfo = { readonly title: string; readonly version: string };

export type AppOptions = {
  readonly routes: readonly HttpRoute[];
  readonly info: AppInfo;
  readonly log: Log;
  readonly metrics?: Pick<Metrics, "httpRequest"> | undefined;
  readonly bodyLimitBytes: number;
  /** Asked before each request that changes something; a reason refuses it with 429. */
  readonly shedding?: (() => { readonly reason: string } | null) | undefined;
  /** True while the process stops: nothing new is begun. */
  readonly closing: () => boolean;
};

const LONGEST_PARAMETER = 1024;
const REQUEST_TIMEOUT_MILLIS = 30_000;

/** The routes on fastify, without a socket. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const fail = (error: unknown, request: FastifyRequest, reply: FastifyReply) => answer({ error, request, reply, options });
  const app = fastify({
    bodyLimit: options.bodyLimitBytes,
    requestTimeout: REQUEST_TIMEOUT_MILLIS,
    forceCloseConnections: "idle",
    return503OnClosing: false, // the onRequest hook answers in the form of every other error
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: false, verbose: true, strict: false } },
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: fail,
  });
  app.setSerializerCompiler(() => (body) => JSON.stringify(body)); // schemas describe answers, they do not cut them
  app.setErrorHandler((error: FastifyError, request, reply) => fail(error, request, reply));
  app.setNotFoundHandler((request, reply) => fail(new TroupeError("ROUTE_UNKNOWN", facts(request)), request, reply));
  readJson(app);
  guard(app, options);
  count(app, options.metrics);
  await describe(app, options.info);
  for (const route of options.routes) app.route(fastifyRoute(route));
  await app.ready();
  return app;
}

async function describe(app: FastifyInstance, info: AppInfo): Promise<void> {
  app.addSchema({ ...ERROR_SCHEMA, $id: ERROR_REF });
  await app.register(swagger, {
    openapi: { openapi: "3.1.0", info: { ...info } },
    convertConstToEnum: false, // OpenAPI 3.1 has const
    refResolver: { buildLocalReference: (json) => String(json["$id"]) }, // only schemas of addSchema are referred to
  });
  app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
}

function readJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(/^application\/([\w.-]+\+)?json\b/, { parseAs: "buffer" }, async (_request: FastifyRequest, body: Buffer) =>
    parseBody(body),
  );
}

function guard(app: FastifyInstance, { closing, shedding }: AppOptions): void {
  app.addHook("onSend", async (_request, reply) => {
    if (closing()) reply.header("connection", "close"); // else a kept connection outlives its last answer
  });
  app.addHook("onRequest", async (request) => {
    if (closing()) throw new TroupeError("NOT_READY", { reason: "the process is stopping" });
    const overload = request.method === "GET" || request.method === "HEAD" ? null : (shedding?.() ?? null);
    if (overload !== null) throw new TroupeError("OVERLOADED", { reason: overload.reason });
  });
}

function count(app: FastifyInstance, metrics: AppOptions["metrics"]): void {
  if (metrics === undefined) return;
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url?.replace(/:(\w+)/g, "{$1}") ?? "unknown";
    metrics.httpRequest({ method: request.method, route, status: reply.statusCode, seconds: reply.elapsedTime / 1000 });
  });
}

type Failure = { readonly error: unknown; readonly request: FastifyRequest; readonly reply: FastifyReply; readonly options: AppOptions };

function answer({ error, request, reply, options }: Failure): FastifyReply {
  const known = classified(error, {
    ...facts(request),
    id: request.id,
    contentType: request.headers["content-type"],
    contentLength: request.headers["content-length"],
    bodyLimit: options.bodyLimitBytes,
    dropped: request.raw.destroyed && !request.raw.complete,
  });
  if (known.code === "REQUEST_UNREADABLE") options.log.debug({ requestId: request.id, ...facts(request) }, known.message);
  if (known.code === "UNEXPECTED") {
    const stack = error instanceof Error ? error.stack : undefined;
    options.log.error({ requestId: request.id, ...facts(request), reason: reasonOf(error), stack }, "a request failed unexpectedly");
  }
  const { status, headers, body } = errorAnswer(known);
  return reply.status(status).headers(headers).type("application/json; charset=utf-8").send(JSON.stringify(body));
}

function facts(request: FastifyRequest): { readonly method: string; readonly path: string } {
  return { method: request.method, path: request.url.split("?", 1)[0] ?? request.url };
}
