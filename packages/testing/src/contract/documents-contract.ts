import { describe } from "node:test";
import { registerDocumentOutboxCases } from "./document-outbox-cases.ts";
import { registerDocumentQueryCases } from "./document-query-cases.ts";
import { registerDocumentSearchCases } from "./document-search-cases.ts";
import { registerDocumentValueCases } from "./document-value-cases.ts";
import { registerDocumentWriteCases } from "./document-write-cases.ts";
import type { StoreContract } from "./store-scope.ts";

/** What every Documents must do. Every test has an owner of its own, so a real server may be shared. */
export function documentsContract(contract: StoreContract): void {
  describe(`documents contract on ${contract.name}`, () => {
    registerDocumentWriteCases(contract);
    registerDocumentOutboxCases(contract);
    registerDocumentQueryCases(contract);
    registerDocumentSearchCases(contract);
    registerDocumentValueCases(contract);
  });
}
