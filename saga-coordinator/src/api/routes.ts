import type { HttpRoute } from "@troupe/kernel";
import { getSaga } from "./get-saga.ts";
import { listDeadLetters } from "./list-dead-letters.ts";
import { listDefinitions } from "./list-definitions.ts";
import { listSagas } from "./list-sagas.ts";
import type { ApiPorts } from "./ports.ts";

/** The read side of the coordinator as data. Whatever serves HTTP takes these; nothing here knows a server. */
export function apiRoutes(ports: ApiPorts): readonly HttpRoute[] {
  return [listSagas(ports), getSaga(ports), listDeadLetters(ports), listDefinitions(ports)];
}
