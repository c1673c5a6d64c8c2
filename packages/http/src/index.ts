export type { AppInfo } from "./app.ts";
export { openApiDocument } from "./openapi.ts";
export { ERROR_SCHEMA } from "./refuse/answer-error.ts";
export { type HttpFace, type HttpOptions, startHttp } from "./start-http.ts";
export { traceRoutes } from "./trace-routes.ts";
