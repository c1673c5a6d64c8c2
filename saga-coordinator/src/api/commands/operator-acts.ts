import { type HttpRequest, type HttpResponse, type HttpRoute, type JsonObject, TroupeError } from "@troupe/kernel";
import type { TSchema } from "typebox";
import type { OperatorAction } from "../../core/index.ts";
import { ACCEPTED, ANSWER_PARAMS, asData, COMMAND_HEADERS, SAGA_PARAMS } from "../contract.ts";
import { ACT_BODY, type ActRequest, EDIT_BODY, SETTLE_BODY, SIGNAL_BODY, STEP_ACT_BODY } from "./act-contract.ts";
import { edited, settled, signalled } from "./act-payloads.ts";
import { type ActPorts, operatorOf, publishAct, type SagaMeant, sagaMeant } from "./request-act.ts";

type Brings = { readonly event?: string; readonly payload?: JsonObject };

/** One act: what it is for, what its body holds, and what it brings of it to the fold. */
type ActRoute = {
  readonly act: OperatorAction;
  readonly summary: string;
  readonly body: TSchema;
  /** Its path names a step. */
  readonly ofStep: boolean;
  readonly brings?: (ports: ActPorts, asking: { readonly saga: SagaMeant; readonly step: string; readonly body: ActRequest }) => Brings;
};

const ACTS: readonly ActRoute[] = [
  {
    act: "cancel",
    summary: "Turns a saga whose pivot has not passed, or declines one that has not started.",
    body: ACT_BODY,
    ofStep: false,
  },
  { act: "compensate", summary: "Makes a running saga undo what it did, unless its pivot has passed.", body: ACT_BODY, ofStep: false },
  { act: "resume", summary: "Tries everything once more that holds a stuck saga.", body: ACT_BODY, ofStep: false },
  { act: "signal", summary: "Brings an event as if it had come.", body: SIGNAL_BODY, ofStep: false, brings: signalled },
  {
    act: "edit-data",
    summary: "Corrects what the saga knows from its start or from an answer.",
    body: EDIT_BODY,
    ofStep: false,
    brings: edited,
  },
  { act: "retry", summary: "Asks for a step, or for its undo, once more with a fresh set of attempts.", body: STEP_ACT_BODY, ofStep: true },
  {
    act: "settle-as-done",
    summary: "Says that a step is done, with what its answer would have said.",
    body: SETTLE_BODY,
    ofStep: true,
    brings: settled,
  },
  { act: "settle-as-failed", summary: "Says that a step failed for good.", body: STEP_ACT_BODY, ofStep: true },
  {
    act: "settle-as-no-effect",
    summary: "Says that nothing of a step is there, so that nothing need be undone.",
    body: STEP_ACT_BODY,
    ofStep: true,
  },
  {
    act: "waive-undo",
    summary: "Lets a step stand that should be undone; the saga ends without that undo.",
    body: STEP_ACT_BODY,
    ofStep: true,
  },
];

/** What operators do to a saga (rule 18): each act a fact on the log, with who, in which role, and why. */
export function operatorActs(ports: ActPorts): readonly HttpRoute[] {
  return ACTS.map(
    (route): HttpRoute => ({
      method: "POST",
      path: `/v1/sagas/{definition}/{id}/${route.ofStep ? "steps/{step}/" : ""}${route.act}`,
      summary: route.summary,
      tag: "operator acts",
      params: asData(route.ofStep ? ANSWER_PARAMS : SAGA_PARAMS),
      headers: asData(COMMAND_HEADERS),
      body: asData(route.body),
      responses: {
        202: { description: "The act is durable; the saga folds it next.", schema: asData(ACCEPTED) },
        403: { description: "The caller has not the role `operator`." },
        404: { description: route.ofStep ? "There is no such saga, or no such step." : "There is no such saga." },
        409: { description: "It makes no sense where the saga stands; the message says why." },
      },
      handle: (request) => handle(ports, route, request),
    }),
  );
}

async function handle(ports: ActPorts, { act, brings }: ActRoute, request: HttpRequest): Promise<HttpResponse> {
  const operator = operatorOf(ports, request, act);
  const saga = await sagaMeant(ports, request);
  const body = request.body as ActRequest; // validated against the route's schema
  const step = request.params["step"] ?? body.step;
  if (step !== undefined) refuseStranger(saga, step);
  const { reason, element } = body;
  const brought = brings?.(ports, { saga, step: step ?? "", body }) ?? {};
  return publishAct(ports, saga, { request, act: { act, ...operator, reason, step, element, ...brought } });
}

function refuseStranger({ pinned, definition }: SagaMeant, step: string): void {
  if (pinned.stepByName.has(step)) return;
  throw new TroupeError("STEP_UNKNOWN", { step, definition, allowed: pinned.steps.map(({ name }) => name) });
}
