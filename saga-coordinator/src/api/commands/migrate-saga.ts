import { type HttpRequest, type HttpResponse, type HttpRoute, TroupeError } from "@troupe/kernel";
import { type CompiledDefinition, MIGRATE, previewMigration, type StepPlan } from "../../core/index.ts";
import { ACCEPTED, asData, COMMAND_HEADERS, SAGA_PARAMS } from "../contract.ts";
import { MIGRATE_BODY, MIGRATION_PREVIEW, type MigrationPreview } from "./migrate-contract.ts";
import { type ActPorts, operatorOf, publishAct, type SagaMeant, sagaMeant } from "./request-act.ts";

/**
 * POST /v1/sagas/{definition}/{id}/migrate: lets a saga go on under another version of its definition (rule 16). With
 * `preview` it only says what would happen and which data is missing.
 */
export function migrateSaga(ports: ActPorts): HttpRoute {
  return {
    method: "POST",
    path: "/v1/sagas/{definition}/{id}/migrate",
    summary: "Lets a saga go on under another version of its definition, or says what that would do.",
    tag: "operator acts",
    params: asData(SAGA_PARAMS),
    headers: asData(COMMAND_HEADERS),
    body: asData(MIGRATE_BODY),
    responses: {
      200: { description: "A preview: nothing has changed.", schema: asData(MIGRATION_PREVIEW) },
      202: { description: "The act is durable; the saga folds it next.", schema: asData(ACCEPTED) },
      403: { description: "The caller has not the role `operator`." },
      404: { description: "There is no such saga, or no such version of its definition." },
      409: { description: "The plan does not fit where the saga stands; the message says why." },
    },
    handle: (request) => handle(ports, request),
  };
}

type Asked = { readonly toVersion: number; readonly steps?: StepPlan; readonly reason?: string; readonly preview?: boolean };

async function handle(ports: ActPorts, request: HttpRequest): Promise<HttpResponse> {
  const operator = operatorOf(ports, request, MIGRATE);
  const saga = await sagaMeant(ports, request);
  const { toVersion, steps = {}, reason, preview = false } = request.body as Asked; // MIGRATE_BODY
  const to = versionOf(ports.definitions(), saga, toVersion);
  if (preview) return { status: 200, body: previewOf(saga, to, steps) };
  if (reason === undefined) throw new TroupeError("REQUEST_INVALID", { field: "reason", found: "missing", allowed: "a sentence" });
  return publishAct(ports, saga, { request, act: { act: MIGRATE, ...operator, reason, payload: { to: to.label, steps } } });
}

/** Of two versions with one number, which two processes once gave at the same time, the one that takes new sagas. */
function versionOf(known: readonly CompiledDefinition[], { definition }: SagaMeant, version: number): CompiledDefinition {
  const versions = known.filter(({ name }) => name === definition);
  const found = versions.find((one) => one.version === version);
  if (found !== undefined) return found;
  const allowed = versions.map((one) => String(one.version)).sort();
  throw new TroupeError("VERSION_UNKNOWN", { definition, version, allowed });
}

function previewOf({ document, state, pinned }: SagaMeant, to: CompiledDefinition, steps: StepPlan): MigrationPreview {
  const { places, missing, problems, changes } = previewMigration({ from: pinned, to, saga: state, steps }, document.updatedAt);
  const stand = places.map(({ before: { name: step }, status, to: target }) => ({ step, status, to: target }));
  return { from: pinned.version, to: to.version, possible: problems.length === 0, problems, missing, steps: stand, changes };
}
