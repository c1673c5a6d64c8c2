// Generated from schemas/lending/*.avsc by `node packages/codec/src/generate/main.ts`; edits are lost.
import type { Decimal, TimestampMillis, Uuid } from "@troupe/kernel";

/** A credit officer looked at the papers. */
export type CreditAssessed = {
  /** The loan, and the saga's correlation id. */
  readonly loanId: Uuid;
  /** 0 to 1000; more is better. */
  readonly score: number;
  /** Who. */
  readonly officer: string;
};

/** The bureau knows nothing of the applicant. */
export type CreditCheckFailed = {
  /** The loan, and the saga's correlation id. */
  readonly loanId: Uuid;
  /** Why not. */
  readonly reason: string;
};

/** The saga asks the credit bureau. */
export type CreditCheckRequested = {
  /** The loan, and the saga's correlation id. */
  readonly loanId: Uuid;
  /** Who asks for the loan. */
  readonly applicant: string;
};

/** The bureau's answer. */
export type CreditChecked = {
  /** The loan, and the saga's correlation id. */
  readonly loanId: Uuid;
  /** 0 to 1000; more is better. */
  readonly score: number;
};

/** A credit officer turned the loan down. */
export type CreditRefused = {
  /** The loan, and the saga's correlation id. */
  readonly loanId: Uuid;
  /** Who. */
  readonly officer: string;
};

/** The saga frees the money. */
export type FundsReleaseRequested = {
  /** The loan, and the saga's correlation id. */
  readonly loanId: Uuid;
};

/** The money is free, or was never set aside. */
export type FundsReleased = {
  /** The loan, and the saga's correlation id. */
  readonly loanId: Uuid;
};

/** The saga sets the money aside. */
export type FundsReservationRequested = {
  /** The loan, and the saga's correlation id. */
  readonly loanId: Uuid;
  /** How much. */
  readonly amount: Decimal;
};

/** The money is set aside. */
export type FundsReserved = {
  /** The loan, and the saga's correlation id. */
  readonly loanId: Uuid;
};

/** There is not enough money; nothing is set aside. */
export type FundsUnavailable = {
  /** The loan, and the saga's correlation id. */
  readonly loanId: Uuid;
};

/** A manager approved the loan. */
export type LoanApproved = {
  /** The loan, and the saga's correlation id. */
  readonly loanId: Uuid;
  /** Who. */
  readonly manager: string;
};

/** The money is with the applicant. */
export type LoanPaidOut = {
  /** The loan, and the saga's correlation id. */
  readonly loanId: Uuid;
  /** When. */
  readonly paidAt: TimestampMillis;
};

/** A manager rejected the loan. */
export type LoanRejected = {
  /** The loan, and the saga's correlation id. */
  readonly loanId: Uuid;
  /** Who. */
  readonly manager: string;
};

/** Somebody asked for a loan. Starts the saga. */
export type LoanRequested = {
  /** The loan, and the saga's correlation id. */
  readonly loanId: Uuid;
  /** Stable id of the applicant. */
  readonly applicant: string;
  /** How much. */
  readonly amount: Decimal;
  /** Whether the bank knows the applicant. */
  readonly isCustomer: boolean;
  /** When. */
  readonly requestedAt: TimestampMillis;
};

/** The money could not be paid out; it is still the bank's. */
export type PayoutRefused = {
  /** The loan, and the saga's correlation id. */
  readonly loanId: Uuid;
  /** Why not. */
  readonly reason: string;
};

/** The saga pays the loan out. */
export type PayoutRequested = {
  /** The loan, and the saga's correlation id. */
  readonly loanId: Uuid;
  /** How much. */
  readonly amount: Decimal;
  /** To whom. */
  readonly applicant: string;
};
