import { type HttpRequest, type HttpResponse, type HttpRoute, TroupeError } from "@troupe/kernel";
import { ATTRIBUTE, type Span, type Tracing } from "@troupe/telemetry";

/**
 * Puts a server span around each route, as child of the caller's context. The handler finds the context of that span
 * in the headers of its request, so what it publishes becomes a child by `tracing.produce(request.headers, ...)`.
 * Applied per role, so that routes of several roles on one port stand under their own names in the trace store.
 */
export function traceRoutes(routes: readonly HttpRoute[], tracing: Tracing): readonly HttpRoute[] {
  return routes.map((route) => ({
    ...route,
    handle: (request) => {
      const span = tracing.serverRequest(route.method, route.path, request.headers);
      return answered(span, () => route.handle(inside(request, span)));
    },
  }));
}

function inside(request: HttpRequest, span: Span): HttpRequest {
  const { tracestate: _, ...headers } = request.headers;
  return { ...request, headers: { ...headers, ...span.headers } };
}

/** A refused request is the caller's error, not one of this span (OpenTelemetry semantic conventions for HTTP servers). */
async function answered(span: Span, work: () => Promise<HttpResponse>): Promise<HttpResponse> {
  try {
    const response = await work();
    span.set({ [ATTRIBUTE.httpStatus]: response.status });
    span.end(response.status >= 500 ? `answered ${response.status}` : undefined);
    return response;
  } catch (error) {
    const status = error instanceof TroupeError ? error.status : 500;
    span.set({ [ATTRIBUTE.httpStatus]: status });
    span.end(status >= 500 ? error : undefined);
    throw error;
  }
}
