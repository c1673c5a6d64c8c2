import type { EnginePorts } from "@troupe/engine";
import type { Ids, Json, Payload } from "@troupe/kernel";
import { type EventMap, type Role, type ServiceDefinition, serviceRole } from "@troupe/service-kit";

/** A saga with its participants, and what must stand in everybody's books once it ended. */
export type Workload = {
  readonly name: string;
  readonly title: string;
  /** Folder of the saga files. */
  readonly definitions: string;
  /** The saga that is started; sub-sagas belong to it. */
  readonly saga: string;
  /** Effects of participants in one saga, on average, the undos among them: what the peers count as well. */
  readonly transitions: number;
  readonly participants: readonly Participant[];
  /** Id of the nth saga of a run. */
  readonly idOf: (ids: Ids, run: string, n: number) => string;
  readonly startOf: (sagaId: string, now: number) => { readonly name: string; readonly payload: Payload };
  readonly statusOf: (sagaId: string) => "completed" | "compensated";
  /** State of a participant's entity under the saga's id; undefined: it must have none. */
  readonly booksOf: (participant: string, sagaId: string) => Json | undefined;
  /** Events of a compensated saga whose order in its history is the order of the undos. */
  readonly undone: readonly string[];
  /** Business records of one saga and their size on the bus, headers included: what the floor writes. */
  readonly floor: { readonly records: number; readonly recordBytes: number };
};

export type Participant = { readonly name: string; readonly role: (ports: EnginePorts) => Role };

/** Headers of the wire contract, key and ids of a payload: measured on the records of W1. */
export const HEADER_BYTES = 400;

export function participant<Events extends EventMap, State extends Json>(service: ServiceDefinition<Events, State>): Participant {
  return { name: service.name, role: (ports) => serviceRole(service, ports) };
}
