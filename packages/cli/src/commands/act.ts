import { userInfo } from "node:os";
import { type JsonObject, reasonOf, TroupeError } from "@troupe/kernel";
import { OPERATOR_ACTIONS } from "@troupe/saga-coordinator/core";
import { parse, strictCommand } from "../compose/run-main.ts";
import { print, say } from "./definition-file.ts";

type ActOptions = {
  readonly reason?: string;
  readonly step?: string;
  readonly element?: string;
  readonly event?: string;
  readonly payload?: string;
  readonly as?: string;
  readonly url: string;
};

const OF_STEPS: readonly string[] = OPERATOR_ACTIONS.filter(
  (act) => act === "retry" || act.startsWith("settle-as-") || act === "waive-undo",
);

/** `troupe act`: asks a running platform over HTTP; 0 when the act is durable, 1 when it is refused, 2 when nobody answers. */
export async function actCommand(args: readonly string[]): Promise<number> {
  const command = strictCommand("npm run troupe -- act")
    .argument("<act>", `one of ${OPERATOR_ACTIONS.join(", ")}`)
    .argument("<saga>", "DEFINITION/ID of the saga")
    .description(
      "Acts on a saga of a running platform as an operator (docs/operator-acts.md). Exit code 0 when the act is durable,\n1 when it is refused, 2 when nobody answers.",
    )
    .option("--reason <text>", "why; it stays in the saga's history")
    .option("--step <name>", "the step that it is about")
    .option("--element <key>", "of a fan-out: the one element")
    .option("--event <name>", "the event that is brought, or that a settled step would have got")
    .option("--payload <json>", "its fields; of edit-data the fields that change")
    .option("--as <name>", "who acts; the name of the user unless given")
    .option("--url <url>", "where the API answers", "http://127.0.0.1:8080");
  if (!(await parse(command, args))) return 0;
  const [act = "", saga = ""] = command.args;
  return send(addressOf(act, saga, command.opts<ActOptions>()), command.opts<ActOptions>(), act);
}

function addressOf(act: string, saga: string, { step, url, reason }: ActOptions): string {
  const allowed: readonly string[] = OPERATOR_ACTIONS;
  if (!allowed.includes(act)) throw new TroupeError("OPTION_INVALID", { option: "act", found: act, allowed: allowed.join(", ") });
  const slash = saga.indexOf("/");
  if (slash < 1 || slash === saga.length - 1)
    throw new TroupeError("OPTION_INVALID", { option: "saga", found: saga, allowed: "DEFINITION/ID" });
  if (reason === undefined)
    throw new TroupeError("OPTION_INVALID", { option: "--reason", found: "missing", allowed: "why, as a sentence" });
  if (OF_STEPS.includes(act) && step === undefined)
    throw new TroupeError("OPTION_INVALID", { option: "--step", found: "missing", allowed: "the name of a step" });
  const of = `${url.replace(/\/$/, "")}/v1/sagas/${encodeURIComponent(saga.slice(0, slash))}/${encodeURIComponent(saga.slice(slash + 1))}`;
  return OF_STEPS.includes(act) ? `${of}/steps/${encodeURIComponent(step ?? "")}/${act}` : `${of}/${act}`;
}

async function send(address: string, options: ActOptions, act: string): Promise<number> {
  const { as = userInfo().username } = options;
  const headers = { "content-type": "application/json", "x-troupe-caller": as, "x-troupe-roles": "operator" };
  const body = JSON.stringify(bodyOf(act, options));
  let answer: Response;
  try {
    answer = await fetch(address, {
      method: "POST",
      headers,
      body,
      signal: AbortSignal.timeout(30_000),
    });
  } catch (error) {
    say(`nobody answers at ${address}: ${reasonOf(error)}`);
    return 2;
  }
  const text = await answer.text();
  if (answer.ok) {
    print(text);
    return 0;
  }
  say(messageIn(text) ?? `${answer.status} ${text}`);
  return 1;
}

function bodyOf(act: string, { reason = "", step, element, event, payload }: ActOptions): JsonObject {
  const brought = payload === undefined ? {} : { [act === "edit-data" ? "fields" : "payload"]: jsonOf(payload) };
  const about = OF_STEPS.includes(act) || step === undefined ? {} : { step };
  return { reason, ...about, ...(element === undefined ? {} : { element }), ...(event === undefined ? {} : { event }), ...brought };
}

function jsonOf(text: string): JsonObject {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TroupeError("OPTION_INVALID", { option: "--payload", found: text, allowed: `a JSON object (${reasonOf(error)})` });
  }
}

function messageIn(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { readonly error?: { readonly message?: string } }; // the form of docs/errors.md
    return error?.message;
  } catch {
    return undefined; // somebody else answers there
  }
}
