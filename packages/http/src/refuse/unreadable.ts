import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { TroupeError } from "@troupe/kernel";
import { errorAnswer } from "./answer-error.ts";

const REASONS: { readonly [code: string]: readonly [number, string] } = {
  HPE_HEADER_OVERFLOW: [431, "its headers are too large"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "it did not arrive in time"],
};

/** Bytes that are no HTTP request never reach a route; they get the same form of answer by hand, and the connection ends. */
export function refuseUnreadable(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason] = REASONS[error.code ?? ""] ?? [400, "it is not HTTP/1.1"];
  const body = JSON.stringify(errorAnswer(new TroupeError("REQUEST_UNREADABLE", { reason })).body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "content-type: application/json; charset=utf-8",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
