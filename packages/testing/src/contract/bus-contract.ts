import { describe } from "node:test";
import { registerBusAdminCases } from "./bus-admin-cases.ts";
import { registerBusGroupCases } from "./bus-group-cases.ts";
import { registerBusOffsetCases } from "./bus-offset-cases.ts";
import { registerBusRecordCases } from "./bus-record-cases.ts";
import type { BusContract } from "./bus-scope.ts";

/**
 * What every Bus must do. Topics and groups have names of their own in every test, so a real broker may be shared.
 * The fixture of a test is closed by the suite; `openSecond` is required where the adapter promises `multiProcess`.
 */
export function busContract(contract: BusContract): void {
  describe(`bus contract on ${contract.name}`, () => {
    registerBusRecordCases(contract);
    registerBusOffsetCases(contract);
    registerBusGroupCases(contract);
    registerBusAdminCases(contract);
  });
}
