import { type EventFact, type Fact, type JsonObject, type Payload, toTaggedJson } from "@troupe/kernel";
import {
  beginSaga,
  type CompiledDefinition,
  type Effect,
  type KnownEvent,
  nextDueAt,
  type RequestEffect,
  react,
  type SagaState,
  sampleFields,
  stepOf,
  type TimelineItem,
  timelineOf,
  timerFacts,
} from "../core/index.ts";
import type { ActHappening, EventHappening, Happening, StandIn } from "./happenings.ts";

export type Cast = { readonly [event: string]: StandIn };
const SAGA_ID = "018f3c5e-0000-7000-8000-000000000001";
const BEGIN = Date.UTC(2030, 0, 1);
/** A saga that still moves after so many facts goes in circles. */
const ENOUGH = 10_000;

type Arriving = { readonly at: number; readonly order: number; readonly fact: EventFact };

/** One instance on virtual time, with the real core and stand-ins for everybody else. */
export class Stage {
  readonly definition: CompiledDefinition;
  readonly effects: Effect[] = [];
  state: SagaState;
  now = BEGIN;
  readonly #events: ReadonlyMap<string, KnownEvent>;
  readonly #cast: Cast;
  readonly #history: { order: number; at: number; entry: JsonObject }[] = [];
  #arriving: readonly Arriving[] = [];
  #count = 0;

  constructor(definition: CompiledDefinition, { events, cast }: { events: readonly KnownEvent[]; cast: Cast }) {
    this.definition = definition;
    this.state = beginSaga(definition, { tenant: "default", id: SAGA_ID });
    this.#events = new Map(events.map((known) => [known.name, known]));
    this.#cast = cast;
  }

  perform(happening: Happening): void {
    if (typeof happening === "string") this.#tell({ kind: "event", name: happening, payload: {}, role: undefined }, undefined);
    else if (happening.kind === "event") this.#tell(happening, undefined);
    else if (happening.kind === "after") this.#pass(this.now + happening.millis);
    else this.#act(happening);
    this.#pass(this.now);
  }

  #act({ act: name, about: { payload, ...about } }: ActHappening): void {
    const brought = payload === undefined ? {} : { payload: toTaggedJson(payload) };
    const data = { by: "somebody", role: "operator", reason: "the spec says so", ...about, ...brought };
    this.#fold({ kind: "act", identity: `act-${++this.#count}`, name, data });
  }

  /** Lets time pass until nothing is to come any more. */
  toTheEnd(): void {
    for (let facts = 0; facts < ENOUGH; facts++) {
      const next = this.#next();
      if (next === undefined) return;
      this.#pass(next);
    }
  }

  get timeline(): readonly TimelineItem[] {
    return timelineOf(this.definition, { tenant: this.state.tenant, id: this.state.id, history: this.#history });
  }

  #next(): number | undefined {
    const due = [nextDueAt(this.state), ...this.#arriving.map(({ at }) => at)].filter((at) => at !== null);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  #pass(end: number): void {
    for (let next = this.#next(); next !== undefined && next <= end; next = this.#next()) {
      this.now = Math.max(this.now, next);
      const [first] = this.#arriving.filter(({ at }) => at <= this.now).sort((a, b) => a.at - b.at || a.order - b.order);
      const [timer] = timerFacts(this.definition, this.state, this.now);
      if (first !== undefined) {
        this.#arriving = this.#arriving.filter((one) => one !== first);
        this.#fold(first.fact);
      } else if (timer !== undefined) this.#fold(timer);
    }
    this.now = end;
  }

  /** An event comes to everybody: the saga folds it, and stand-ins that follow it react. */
  #tell(given: EventHappening, request: RequestEffect | undefined): void {
    this.#fold(this.#factOf(given, { request, read: {} }));
  }

  #fold(fact: Fact): void {
    const reaction = react(this.definition, this.state, { fact, now: this.now });
    this.state = reaction.state;
    for (const entry of reaction.history) this.#history.push({ order: this.#history.length + 1, at: this.now, entry });
    this.effects.push(...reaction.effects);
    if (fact.kind === "event") this.#cue(fact.name, { payload: fact.payload, request: undefined });
    for (const effect of reaction.effects) {
      if (effect.kind === "command" || effect.kind === "compensation")
        this.#cue(effect.event, { payload: effect.payload, request: effect });
      if (effect.kind === "lifecycle" && effect.event === "StepOpened")
        this.#cue(String(effect.payload["step"]), { payload: {}, request: undefined });
    }
  }

  #cue(name: string, { payload, request }: { payload: Payload; request: RequestEffect | undefined }): void {
    const standIn = Object.hasOwn(this.#cast, name) ? this.#cast[name] : undefined;
    for (const answer of standIn?.answers ?? []) {
      const fact = this.#factOf(answer, { request, read: payload });
      this.#arriving = [...this.#arriving, { at: this.now + answer.afterMillis, order: ++this.#count, fact }];
    }
  }

  #factOf({ name, payload, role }: EventHappening, { request, read }: { request: RequestEffect | undefined; read: Payload }): EventFact {
    const known = this.#events.get(name);
    const id = `${name}-${++this.#count}`;
    const samples = sampleFields(known?.types ?? [], { text: "sample", uuid: SAGA_ID, now: this.now });
    const shared = Object.entries(read).filter(([field, value]) => known?.fields.includes(field) && typeof value !== "object");
    const key = known?.correlateField === undefined ? {} : { [known.correlateField]: SAGA_ID };
    const answered = request ?? this.#asked(name);
    return {
      kind: "event",
      identity: id,
      name,
      envelope: {
        id,
        type: known?.fullName ?? name,
        source: "/spec",
        time: this.now,
        tenant: "default",
        ...(answered === undefined ? {} : { causationId: answered.id, effect: answered.effect }),
        ...(role === undefined ? {} : { role }),
      },
      payload: { ...samples, ...Object.fromEntries(shared), ...key, ...payload },
      origin: { topic: known?.topic ?? "spec", partition: 0, offset: this.#count },
    };
  }

  /** The last request that an event written in the spec may answer; none when more than one step listens to it. */
  #asked(name: string): RequestEffect | undefined {
    const roles = this.definition.roles.get(name) ?? [];
    const [role] = roles;
    if (roles.length !== 1 || role === undefined || role.kind === "start") return undefined;
    const action = role.kind === "done" || role.kind === "failed" ? "do" : "undo";
    if (stepOf(this.state, role.step)[action] === undefined) return undefined;
    return this.effects.findLast(
      (effect): effect is RequestEffect =>
        (effect.kind === "command" || effect.kind === "compensation") && effect.step === role.step && effect.action === action,
    );
  }
}
