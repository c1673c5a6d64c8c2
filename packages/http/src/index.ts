export { ERROR_SCHEMA } from "./answer-error.ts";
export type { AppInfo } from "./app.ts";
export { openApiDocument } from "./openapi.ts";
export { type HttpFace, type HttpOptions, startHttp } from "./start-http.ts";
export { traceRoutes } from "./trace-routes.ts";
