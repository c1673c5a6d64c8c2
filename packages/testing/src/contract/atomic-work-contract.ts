import { describe } from "node:test";
import { registerAtomicConflictCases } from "./atomic-conflict-cases.ts";
import { registerAtomicOffsetCases } from "./atomic-offset-cases.ts";
import type { AtomicContract } from "./atomic-scope.ts";

/** What AtomicWork must do, on adapters that promise `atomicWork`. */
export function atomicWorkContract(contract: AtomicContract): void {
  describe(`atomic work contract on ${contract.name}`, () => {
    registerAtomicConflictCases(contract);
    registerAtomicOffsetCases(contract);
  });
}
