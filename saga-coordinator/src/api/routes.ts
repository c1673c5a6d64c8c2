import type { HttpRoute } from "@troupe/kernel";
import { answerStep } from "./commands/answer-step.ts";
import { migrateSaga } from "./commands/migrate-saga.ts";
import { operatorActs } from "./commands/operator-acts.ts";
import { getSaga } from "./get-saga.ts";
import { listDeadLetters } from "./list-dead-letters.ts";
import { listDefinitions } from "./list-definitions.ts";
import { listSagas } from "./list-sagas.ts";
import type { ApiPorts } from "./ports.ts";

/** The API of the coordinator as data: it reads documents, and what it is asked to do it says on the log. Whatever serves HTTP takes these; nothing here knows a server. */
export function apiRoutes(ports: ApiPorts): readonly HttpRoute[] {
  return [
    listSagas(ports),
    getSaga(ports),
    answerStep(ports),
    ...operatorActs(ports),
    migrateSaga(ports),
    listDeadLetters(ports),
    listDefinitions(ports),
  ];
}
