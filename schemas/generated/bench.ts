// Generated from schemas/bench/*.avsc by `node packages/codec/src/generate/main.ts`; edits are lost.
/** The third step is done. */
export type CardCharged = {
  /** The saga; every tenth one's card is declined. */
  readonly runId: string;
  /** Ballast, so that payloads have the size that the workload says. */
  readonly pad: string;
};

/** The third step is refused. */
export type CardDeclined = {
  /** The saga; every tenth one's card is declined. */
  readonly runId: string;
  /** Ballast, so that payloads have the size that the workload says. */
  readonly pad: string;
};

/** The second step is done. */
export type CourierBooked = {
  /** The saga; every tenth one's card is declined. */
  readonly runId: string;
  /** Ballast, so that payloads have the size that the workload says. */
  readonly pad: string;
};

/** The coordinator asks to undo the second step. */
export type CourierCancelRequested = {
  /** The saga; every tenth one's card is declined. */
  readonly runId: string;
  /** Ballast, so that payloads have the size that the workload says. */
  readonly pad: string;
};

/** The second step is undone. */
export type CourierCancelled = {
  /** The saga; every tenth one's card is declined. */
  readonly runId: string;
  /** Ballast, so that payloads have the size that the workload says. */
  readonly pad: string;
};

/** The fourth step is done. */
export type ParcelSent = {
  /** The saga; every tenth one's card is declined. */
  readonly runId: string;
  /** Ballast, so that payloads have the size that the workload says. */
  readonly pad: string;
};

/** The coordinator asks to undo the first step. */
export type PlaceReleaseRequested = {
  /** The saga; every tenth one's card is declined. */
  readonly runId: string;
  /** Ballast, so that payloads have the size that the workload says. */
  readonly pad: string;
};

/** The first step is undone. */
export type PlaceReleased = {
  /** The saga; every tenth one's card is declined. */
  readonly runId: string;
  /** Ballast, so that payloads have the size that the workload says. */
  readonly pad: string;
};

/** The first step is done. */
export type PlaceReserved = {
  /** The saga; every tenth one's card is declined. */
  readonly runId: string;
  /** Ballast, so that payloads have the size that the workload says. */
  readonly pad: string;
};

/** A saga of the bench begins. */
export type RunStarted = {
  /** The saga; every tenth one's card is declined. */
  readonly runId: string;
  /** Ballast, so that payloads have the size that the workload says. */
  readonly pad: string;
};
