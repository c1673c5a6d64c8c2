import type { DeadLetter, HttpRoute } from "@troupe/kernel";
import { asData, DEAD_LETTERS, DEAD_LETTERS_QUERY, type DeadLetterPage } from "./contract.ts";
import type { ApiPorts } from "./ports.ts";
import { numberOf, textOf } from "./query-values.ts";

/** GET /v1/dead-letters: records that no handler could take, the latest first. */
export function listDeadLetters({ deadLetters }: Pick<ApiPorts, "deadLetters">): HttpRoute {
  return {
    method: "GET",
    path: "/v1/dead-letters",
    summary: "Lists records that could not be taken, with their bytes and the reason.",
    tag: "dead letters",
    query: asData(DEAD_LETTERS_QUERY),
    responses: { 200: { description: "The latest.", schema: asData(DEAD_LETTERS) } },
    handle: async ({ query }) => {
      const found = await deadLetters.list({ ...textOf(query, "group"), limit: numberOf(query, "limit") });
      const body: DeadLetterPage = { deadLetters: found.map(shown) };
      return { status: 200, body };
    },
  };
}

/** Field by field, so that what a store keeps besides does not become part of the contract. */
function shown(letter: DeadLetter): DeadLetterPage["deadLetters"][number] {
  const { id, group, topic, partition, offset, key, value, headers, code, reason } = letter;
  const at = new Date(letter.at).toISOString();
  const timestamp = new Date(letter.timestamp).toISOString();
  return { id, group, topic, partition, offset, timestamp, key, value, headers, code, reason, at };
}
