import assert from "node:assert/strict";
import { test } from "node:test";
import { documentId, type StoredDocument } from "@troupe/kernel";
import type { Publishing } from "../../src/api/index.ts";
import { parseEffect, react, readState } from "../../src/core/index.ts";
import { compileRead, eventFact } from "../core/support/play.ts";
import { kept, served, started } from "./fixtures.ts";

const APPROVAL = compileRead(`
saga: approval
start: { on: Asked }
deadline: 5d
steps:
  approve: { human: { role: export-clerk }, done: Approved, failed: Denied, timeout: 2d, compensate: { none: a decision } }
  ship: { after: [approve], done: Shipped, timeout: 1d, compensate: { none: reading only } }
`);

/** A saga that waits for its clerk. */
function waiting(key: string): StoredDocument {
  const empty = readState({
    tenant: "default",
    id: key,
    definition: "approval",
    version: 1,
    status: "awaiting",
    order: 0,
    steps: {},
    timers: {},
  });
  const { state } = react(APPROVAL, empty, { fact: eventFact("Asked"), now: 1 });
  return {
    ...started("any"),
    id: documentId({ tenant: "default", definition: "approval", key }),
    definition: APPROVAL.label,
    state: JSON.parse(JSON.stringify(state)),
  };
}

async function posted(
  path: string,
  body: unknown,
  headers: { readonly [name: string]: string } = {},
): Promise<{ readonly status: number; readonly code: string | undefined; readonly published: readonly Publishing[] }> {
  const published: Publishing[] = [];
  const publish = async (event: Publishing): Promise<void> => void published.push(event);
  let outcome: { readonly status: number; readonly code: string | undefined } = { status: 0, code: undefined };
  await served({ documents: kept([waiting("o-1")]).port, definitions: () => [APPROVAL], publish }, async ({ address }) => {
    const response = await fetch(`${address}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as { readonly error?: { readonly code: string } }; // the contract of errors
    outcome = { status: response.status, code: answer.error?.code };
  });
  return { ...outcome, published };
}

const ANSWER = "/v1/sagas/approval/o-1/steps/approve/answer";
const CLERK = { "x-troupe-roles": "packer, export-clerk" };
const approved = { event: "Approved", payload: { note: "fine" } };

test("an answer of a person is published with the role that the API vouches for, the effect of the step, and the saga id", async () => {
  const { status, published } = await posted(ANSWER, approved, CLERK);
  assert.equal(status, 202);
  const [event] = published;
  assert.deepEqual(
    [event?.name, event?.role, event?.payload, event?.correlationId],
    ["Approved", "export-clerk", { note: "fine", tripId: "o-1" }, "o-1"],
  );
  assert.deepEqual(parseEffect(event?.effect ?? "")?.step, "approve");
});

test("the same answer again is the same message", async () => {
  const [first, second] = [await posted(ANSWER, approved, CLERK), await posted(ANSWER, approved, CLERK)];
  assert.equal(first.published[0]?.id, second.published[0]?.id);
  const other = await posted(ANSWER, approved, { ...CLERK, "idempotency-key": "k-1" });
  assert.notEqual(other.published[0]?.id, first.published[0]?.id);
});

test("nothing is published for a caller without the role, a step that no person answers, an event that is none of its answers, or an unknown saga", async () => {
  for (const [path, body, headers, expected] of [
    [ANSWER, approved, {}, [403, "ROLE_MISSING"]],
    ["/v1/sagas/approval/o-1/steps/ship/answer", approved, CLERK, [404, "STEP_NOT_HUMAN"]],
    [ANSWER, { ...approved, event: "Shipped" }, CLERK, [422, "REQUEST_INVALID"]],
    [ANSWER, { event: "Approved" }, CLERK, [422, "REQUEST_INVALID"]],
    ["/v1/sagas/approval/o-2/steps/approve/answer", approved, CLERK, [404, "SAGA_UNKNOWN"]],
  ] as const) {
    const { status, code, published } = await posted(path, body, headers);
    assert.deepEqual([status, code, published], [...expected, []], path);
  }
});
