import type { EventPayloads } from "@troupe/schemas";
import { defineService } from "@troupe/service-kit";
import { type Participant, participant } from "../workload.ts";

type Name = "RunStarted" | "PlaceReserved" | "CourierBooked" | "CardCharged" | "CardDeclined" | "ParcelSent" | Undo;
type Undo = "CourierCancelRequested" | "CourierCancelled" | "PlaceReleaseRequested" | "PlaceReleased";
type BenchEvents = Pick<EventPayloads, Name>;

/** The books of one key: how often its effect was done and undone. Two of either is a doubled effect. */
export type Books = { readonly done: number; readonly undone: number };

const UNTOUCHED: Books = { done: 0, undone: 0 };
const withDone = ({ done, undone }: Books): Books => ({ done: done + 1, undone });
const withUndone = ({ done, undone }: Books): Books => ({ done, undone: undone + 1 });

/** Every tenth card is declined: the number at the end of the run's id decides, so that both sides know it. */
export const isDeclined = (runId: string): boolean => runId.endsWith("0");

const places = defineService<BenchEvents, Books>({
  name: "bench-places",
  publishes: ["PlaceReserved", "PlaceReleased"],
  entity: {
    initial: UNTOUCHED,
    decide: {
      RunStarted: (_, { payload }) => [{ name: "PlaceReserved", payload }],
      PlaceReleaseRequested: (_, { payload }) => [{ name: "PlaceReleased", payload }],
    },
    evolve: { PlaceReserved: withDone, PlaceReleased: withUndone },
  },
  effects: { place: { do: ["RunStarted"], done: ["PlaceReserved"], undo: ["PlaceReleaseRequested"] } },
});

const couriers = defineService<BenchEvents, Books>({
  name: "bench-couriers",
  publishes: ["CourierBooked", "CourierCancelled"],
  entity: {
    initial: UNTOUCHED,
    decide: {
      PlaceReserved: (_, { payload }) => [{ name: "CourierBooked", payload }],
      CourierCancelRequested: (_, { payload }) => [{ name: "CourierCancelled", payload }],
    },
    evolve: { CourierBooked: withDone, CourierCancelled: withUndone },
  },
  effects: { courier: { do: ["PlaceReserved"], done: ["CourierBooked"], undo: ["CourierCancelRequested"] } },
});

const cards = defineService<BenchEvents, Books>({
  name: "bench-cards",
  publishes: ["CardCharged", "CardDeclined"],
  entity: {
    initial: UNTOUCHED,
    decide: { CourierBooked: (_, { payload }) => [{ name: isDeclined(payload.runId) ? "CardDeclined" : "CardCharged", payload }] },
    evolve: { CardCharged: withDone, CardDeclined: withDone },
  },
  effects: { card: { do: ["CourierBooked"], done: ["CardCharged", "CardDeclined"], undo: [] } },
});

const parcels = defineService<BenchEvents, Books>({
  name: "bench-parcels",
  publishes: ["ParcelSent"],
  entity: {
    initial: UNTOUCHED,
    decide: { CardCharged: (_, { payload }) => [{ name: "ParcelSent", payload }] },
    evolve: { ParcelSent: withDone },
  },
  effects: { parcel: { do: ["CardCharged"], done: ["ParcelSent"], undo: [] } },
});

/** As any user writes them: entity, inbox and effects of the service kit. */
export const PARTICIPANTS: readonly Participant[] = [places, couriers, cards, parcels].map((service) => participant(service));

/** Effects that each participant must have had once its saga ended. */
export function booksOf(name: string, runId: string): Books | undefined {
  if (name === parcels.name) return isDeclined(runId) ? undefined : { done: 1, undone: 0 };
  if (name === cards.name) return { done: 1, undone: 0 };
  return { done: 1, undone: isDeclined(runId) ? 1 : 0 };
}
