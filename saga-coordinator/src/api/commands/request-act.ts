import {
  DEFAULT_TENANT,
  documentId,
  type HttpRequest,
  type HttpResponse,
  type JsonObject,
  type StoredDocument,
  TroupeError,
} from "@troupe/kernel";
import { type CompiledDefinition, entryOf, evolve, type Move, type SagaState } from "../../core/index.ts";
import { definitionOf, versionsIn } from "../get-saga.ts";
import { API_SOURCE, type ApiPorts } from "../ports.ts";

/** Role without which nobody acts on a saga. */
export const OPERATOR = "operator";

export type ActPorts = Omit<ApiPorts, "deadLetters">;

/** Who acts, and in which role. Throws ROLE_MISSING. */
export function operatorOf(
  { caller }: Pick<ApiPorts, "caller">,
  request: HttpRequest,
  act: string,
): { readonly by: string; readonly role: string } {
  const { name, roles } = caller(request);
  if (roles.includes(OPERATOR)) return { by: name, role: OPERATOR };
  throw new TroupeError("ROLE_MISSING", { what: act, role: OPERATOR, found: roles });
}

export type SagaMeant = {
  readonly definition: string;
  readonly id: string;
  readonly document: StoredDocument;
  readonly state: SagaState;
  /** The version that it runs. */
  readonly pinned: CompiledDefinition;
};

/** The saga that a path names. Rejects with SAGA_UNKNOWN, DEFINITION_NOT_LOADED. */
export async function sagaMeant({ documents, stateOf, definitions }: ActPorts, { params }: HttpRequest): Promise<SagaMeant> {
  const { definition = "", id = "" } = params;
  const name = documentId({ tenant: DEFAULT_TENANT, definition, key: id });
  const document = (await documents.load([name])).get(name);
  if (document === undefined) throw new TroupeError("SAGA_UNKNOWN", { definition, id });
  const state = stateOf(document);
  return { definition, id, document, state, pinned: definitionOf(state, document.definition, definitions()) };
}

export type Act = {
  readonly act: string;
  readonly by: string;
  readonly role: string;
  readonly reason: string;
  readonly step?: string | undefined;
  readonly element?: string | undefined;
  readonly event?: string | undefined;
  /** Tagged JSON. */
  readonly payload?: JsonObject | undefined;
};

/**
 * Puts an act on the log. It is folded here first, on the saga as it stands, so that what would be refused is refused to
 * the caller: ACT_REFUSED. The fold decides once more, since facts may come before it. A repetition, by
 * `Idempotency-Key` or else by the same body while nothing else has happened to the saga, is the same message.
 */
export async function publishAct(
  ports: ActPorts,
  saga: SagaMeant,
  { request, act }: { request: HttpRequest; act: Act },
): Promise<HttpResponse> {
  const { definition, id, document, state } = saga;
  const key = request.headers["idempotency-key"] ?? JSON.stringify([state.order, request.body]);
  const messageId = ports.ids.messageId("troupe.act", [DEFAULT_TENANT, definition, id, act.act, act.step ?? "", act.element ?? "", key]);
  const identity = ports.ids.identity({ tenant: DEFAULT_TENANT, source: API_SOURCE, id: messageId });
  const answer: HttpResponse = { status: 202, body: { id: messageId } };
  if (Object.hasOwn(document.inbox, identity)) return answer; // folded already, under this very key
  refuseWhatTheFoldRefuses(ports, saga, { identity, act });
  const { payload = null, step = null, element = null, event = null, ...rest } = act;
  await ports.publish({
    name: "SagaActRequested",
    payload: { sagaId: id, definition, step, element, event, payload: payload === null ? null : JSON.stringify(payload), ...rest },
    id: messageId,
    correlationId: id,
  });
  return answer;
}

function refuseWhatTheFoldRefuses(
  { definitions }: ActPorts,
  { definition, id, document, state, pinned }: SagaMeant,
  { identity, act: { act: name, ...asked } }: { identity: string; act: Act },
): void {
  const data: JsonObject = Object.fromEntries(
    Object.entries(asked).flatMap(([field, value]) => (value === undefined ? [] : [[field, value]])),
  );
  const entry = entryOf(pinned, { kind: "act", identity, name, data });
  const [first] = evolve(pinned, state, { entry, now: document.updatedAt, versions: versionsIn(definitions()) }).moves;
  const reason = first === undefined ? undefined : reasonAgainst(first);
  if (reason !== undefined) throw new TroupeError("ACT_REFUSED", { act: name, definition, id, reason });
}

/** Why an act did nothing: what it did, or did not, always comes first. */
function reasonAgainst(move: Move): string | undefined {
  switch (move.kind) {
    case "refused":
      return move.reason;
    case "unexpected":
    case "recorded":
      return `${move.event} changes nothing: ${move.reason}`;
    default:
      return undefined;
  }
}
