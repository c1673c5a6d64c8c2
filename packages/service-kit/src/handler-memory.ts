import type { Emission, Notice } from "@troupe/engine";
import {
  type EventFact,
  fromTaggedJson,
  type Json,
  type JsonObject,
  type Payload,
  parseDocumentId,
  type TimestampMillis,
  toTaggedJson,
  type Uuid,
} from "@troupe/kernel";
import type { ApplyEnvironment } from "./apply-environment.ts";
import { createdId } from "./created-id.ts";
import type { EffectStatus, EventMap, Incoming, Publish } from "./definition.ts";
import type { ParticipantState } from "./participant-state.ts";

/** What an event means for an effect of the service. */
export type EffectRole = { readonly effect: string; readonly does: boolean; readonly status: EffectStatus };

/** What a published message is about: copied from the event that caused it. */
export type About = { readonly tenant: string; readonly correlationId?: string; readonly causationId?: string; readonly effect?: string };

/** State and outputs of folding one fact into a participant's document: lives for one call of `apply`. */
export class HandlerMemory<Events extends EventMap, State extends Json> {
  state: ParticipantState;
  readonly emissions: Emission[] = [];
  readonly runs: Json[] = [];
  readonly notices: Notice[] = [];
  readonly environment: ApplyEnvironment<Events, State>;

  constructor(state: ParticipantState, environment: ApplyEnvironment<Events, State>) {
    this.state = state;
    this.environment = environment;
  }

  get now(): TimestampMillis {
    return this.environment.context.now as TimestampMillis; // FoldContext says milliseconds since the epoch
  }

  /** Applies and emits what a handler decided; ids follow from the event, the handler and the position. */
  publish(decided: readonly Publish<Events>[], { fact, by }: { readonly fact: EventFact; readonly by: string }): void {
    const { name: service } = this.environment.definition;
    decided.forEach((publish, position) => {
      const name = String(publish.name);
      const id = this.environment.tools.ids.messageId("reaction", [
        fact.envelope.tenant,
        service,
        by,
        name,
        fact.envelope.source,
        fact.envelope.id,
        position,
      ]);
      this.#emit({ name, payload: publish.payload as Payload, id, about: aboutOf(fact) }, publish.afterMillis);
      this.evolve(name, publish.payload as Events[string]); // the handler's types say it is one of Events
      for (const [effect, rule] of Object.entries(this.environment.definition.effects ?? {})) {
        if (rule.done.includes(publish.name)) this.setEffect(effect, "done");
      }
    });
  }

  #emit(
    message: { readonly name: string; readonly payload: Payload; readonly id: string; readonly about: About },
    afterMillis: number | undefined,
  ): void {
    const { about, ...rest } = message;
    if (afterMillis === undefined || afterMillis <= 0) {
      const { tenant: _, ...attributes } = about; // the tenant is the document's
      this.emissions.push({ ...rest, ...attributes });
      return;
    }
    const delayed = {
      dueAt: this.now + afterMillis,
      name: rest.name,
      payload: toTaggedJson(rest.payload),
      id: rest.id,
      about: { ...about },
      trace: this.environment.context.traceparent ?? null,
    };
    this.state = { ...this.state, delayed: { ...this.state.delayed, [rest.id]: delayed } };
  }

  /** The time of a delayed message has come. */
  emitDelayed(id: string): void {
    const { [id]: message, ...delayed } = this.state.delayed;
    if (message === undefined) return;
    this.state = { ...this.state, delayed };
    const payload = fromTaggedJson(message.payload) as Payload; // stored by #emit from a payload
    this.#emit({ name: message.name, payload, id, about: message.about as unknown as About }, undefined); // stored by #emit from an About
  }

  /** Applies an event to the entity. */
  evolve(name: string, payload: Events[string]): void {
    const evolve = this.environment.definition.entity.evolve[name];
    if (evolve !== undefined) this.state = { ...this.state, entity: evolve(this.entity, payload, { now: this.now }) };
  }

  /** A reaction that does the effect has begun and not ended. */
  isUnderWay(effect: string): boolean {
    return Object.values(this.state.pending).some(({ event }) => {
      const role = this.roleOf(event.name);
      return role?.does && role.effect === effect;
    });
  }

  get entity(): State {
    return this.state.entity as State; // starts as `initial` and is replaced by `evolve` only
  }

  setEffect(effect: string, status: EffectStatus): void {
    this.state = { ...this.state, effects: { ...this.state.effects, [effect]: status } };
  }

  roleOf(eventName: string): EffectRole | undefined {
    for (const [effect, rule] of Object.entries(this.environment.definition.effects ?? {})) {
      const does = rule.do.includes(eventName);
      if (does || rule.undo.includes(eventName)) return { effect, does, status: this.state.effects[effect] ?? "none" };
    }
    return undefined;
  }

  incoming(fact: EventFact): Incoming<Events, keyof Events & string> {
    return { name: fact.name, payload: fact.payload, envelope: fact.envelope } as unknown as Incoming<Events, keyof Events & string>; // as above
  }

  idsFor({ envelope }: EventFact): (label: string) => Uuid {
    const { definition, tools } = this.environment;
    return (label) => createdId({ service: definition.name, ids: tools.ids, envelope }, label);
  }

  notice(level: Notice["level"], text: string, fields: JsonObject): void {
    const { definition, context } = this.environment;
    this.notices.push({ level, text, fields: { role: definition.name, key: parseDocumentId(context.documentId)?.key ?? null, ...fields } });
  }
}

function aboutOf({ envelope }: EventFact): About {
  const { tenant, correlationId, effect, id } = envelope;
  return {
    tenant,
    causationId: id,
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(effect === undefined ? {} : { effect }),
  };
}
