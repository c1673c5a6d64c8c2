import { TroupeError } from "@troupe/kernel";
import type { FaultKind } from "../world/faults.ts";
import type { Life, Operation } from "../world/life.ts";
import type { Surroundings } from "../world/surroundings.ts";

/** What a port is asked for. */
export type Asked<Answer> = {
  readonly label: string;
  /** What can go wrong with it. */
  readonly faults: readonly FaultKind[];
  /** What the server does, and says by `answer`, at once or later. `part`: only some of it is carried out. */
  act(answer: (value: Answer) => void, part: boolean): void;
  /** What the caller is told when nobody answers; a rejection unless it returns something. */
  unanswered?(): Answer;
  /** How the caller is told: an error of the catalogue. */
  readonly server: "store" | "bus";
};

export const READ_FAULTS: readonly FaultKind[] = ["request lost", "reply late", "reply late", "long pause"];
export const WRITE_FAULTS: readonly FaultKind[] = ["request lost", "reply lost", "reply lost", "reply late", "arrives late", "long pause"];
export const BULK_FAULTS: readonly FaultKind[] = [...WRITE_FAULTS, "partial bulk", "partial bulk"];

const LATE_MILLIS = 3_000;

/** One call to a server: it waits for the scheduler, happens there, and is answered, in this or in a later step, or never. */
export class Call<Answer> implements Operation {
  readonly life: Life;
  readonly label: string;
  readonly outlives = true;
  readonly promise: Promise<Answer>;
  readonly #world: Surroundings;
  readonly #asked: Asked<Answer>;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: unknown) => void;
  #mayFail = true;

  constructor(world: Surroundings, life: Life, asked: Asked<Answer>) {
    this.life = life;
    this.label = asked.label;
    this.#world = world;
    this.#asked = asked;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.promise = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    world.scheduler.add(this);
  }

  run(): void {
    const fault = this.#mayFail ? this.#world.faults.ofCall(this.#asked.faults) : undefined;
    if (fault === undefined) this.#act(this.#answer);
    else {
      this.#world.note(fault, this.label);
      this.#goWrong(fault);
    }
  }

  #goWrong(fault: FaultKind): void {
    const { scheduler, dice } = this.#world;
    switch (fault) {
      case "request lost":
        this.#unanswered();
        break;
      case "reply lost":
        this.#act(nothing);
        this.#unanswered();
        break;
      case "reply late":
        this.#act((answer) =>
          scheduler.addLater(
            dice.below(LATE_MILLIS),
            this.#heard("late answer", () => this.#resolve(answer)),
          ),
        );
        break;
      case "arrives late":
        scheduler.addLater(dice.below(LATE_MILLIS), { ...IN_WORLD, label: `late: ${this.label}`, run: () => this.#act(nothing) });
        this.#unanswered();
        break;
      case "partial bulk":
        this.#act(this.#answer, true);
        break;
      default:
        this.#mayFail = false;
        scheduler.addLater(dice.below(LATE_MILLIS), this);
    }
  }

  #act(answer: (value: Answer) => void, part = false): void {
    try {
      this.#asked.act(answer, part);
    } catch (error) {
      if (!(error instanceof TroupeError)) throw error;
      this.#tell(() => this.#reject(error));
    }
  }

  readonly #answer = (value: Answer): void => this.#tell(() => this.#resolve(value));

  #unanswered(): void {
    const { unanswered, server } = this.#asked;
    if (unanswered !== undefined) {
      this.#answer(unanswered());
      return;
    }
    const error = unreachable(server);
    this.#tell(() => this.#reject(error));
  }

  /** A process that does not hear now is told when it wakes; a dead one never. */
  #tell(tell: () => void): void {
    if (this.life.dead) return;
    if (this.life.frozen) this.life.unheard.push(this.#heard("answer", tell));
    else tell();
  }

  #heard(label: string, run: () => void): Operation {
    return { life: this.life, label: `${label}: ${this.label}`, run, outlives: false };
  }
}

/** Of operations that no process waits for. */
export const IN_WORLD = { life: undefined, outlives: true } as const;

function nothing(): void {}

export function unreachable(server: "store" | "bus"): TroupeError {
  const details = { address: "simulated", reason: "no answer" };
  return new TroupeError(server === "store" ? "STORE_UNREACHABLE" : "BUS_UNREACHABLE", details);
}
