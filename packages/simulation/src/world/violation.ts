/** The laws of engine.md that a world is held to. */
export type Law = "I1" | "I2" | "I3" | "I4" | "I5" | "I6" | "I7" | "I8" | "I9" | "I10" | "I11" | "I12" | "the code";

/** A law was broken: the finding of a run. */
export class Violation extends Error {
  readonly law: Law;

  constructor(law: Law, what: string) {
    super(`${law}: ${what}`);
    this.name = "Violation";
    this.law = law;
  }
}
