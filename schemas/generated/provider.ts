// Generated from schemas/provider/*.avsc by `node packages/codec/src/generate/main.ts`; edits are lost.
import type { TimestampMillis } from "@troupe/kernel";

/** The money came back. The provider knows its own id only. */
export type ChargeBounced = {
  /** The provider's own id of the charge. */
  readonly chargeRef: string;
  /** When. */
  readonly at: TimestampMillis;
};

/** The money has arrived. The provider knows its own id only. */
export type ChargeSettled = {
  /** The provider's own id of the charge. */
  readonly chargeRef: string;
  /** When. */
  readonly at: TimestampMillis;
};
